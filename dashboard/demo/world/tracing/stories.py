"""What the shop's developers instrumented: routes, remote calls, annotations. Everybody named here is made up."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Remote:
    """A call of a third party, which takes a share of the function's own time.

    `when` is an annotation and the value with which the call is made at all.
    """

    host: str
    method: str
    path: str
    share: float
    when: tuple[str, str] | None = None
    twice: bool = False
    """Asked again after a timeout, by slow requests."""


@dataclass(frozen=True)
class Fact:
    """An annotation: its values with their weights."""

    name: str
    weights: Mapping[str | float | bool, float]


@dataclass(frozen=True)
class Story:
    """What one traced function, stage or machine does, as its segments tell it."""

    method: str = ""
    url: str = ""
    remotes: tuple[Remote, ...] = ()
    facts: tuple[Fact, ...] = ()
    signed_in: float = 0.0
    """Share of requests whose user is known."""
    writes_back: str = ""
    """A bucket that the function reads from and writes to beside the calls of the plan."""
    exceptions: tuple[tuple[str, str], ...] = ()
    """Types and messages of ordinary failures."""
    labels: tuple[str, ...] = field(default=("handler",))
    """Functions of its code, outermost first: the stack of an exception."""


COUNTRIES = Fact("country", {"DE": 0.31, "FR": 0.22, "NL": 0.14, "ES": 0.12, "PL": 0.09, "SE": 0.07, "IE": 0.05})
TENANTS = Fact(
    "tenant",
    {
        "harbour-lane": 0.26,
        "nordstrand": 0.21,
        "pinecroft": 0.18,
        "meridian-outlet": 0.14,
        "copperfield": 0.12,
        "little-fern": 0.09,
    },
)
CURRENCIES = Fact("currency", {"EUR": 0.83, "PLN": 0.09, "SEK": 0.08})
PROVIDERS = Fact("payment_provider", {"cardwell": 0.43, "nordpay": 0.26, "paylane": 0.20, "giropoint": 0.11})
DEVICES = Fact("device", {"phone": 0.61, "desktop": 0.32, "tablet": 0.07})

_SHOP = "https://shop.example.com"
_CHECKOUT = "https://checkout.shop.example.com/v1"
_CATALOG = "https://api.shop.example.com/catalog"
_ACCOUNT = "https://id.shop.example.com/v1"
_TIMEOUT = (("ReadTimeout", "Read timed out. (read timeout=2.5)"), ("KeyError", "'sku'"))
_TABLE = (("ClientError", "An error occurred (InternalServerError) when calling the DynamoDB service"),)

STORIES: Mapping[str, Story] = {
    "storefront-render": Story(
        "GET", f"{_SHOP}/p/42817", facts=(COUNTRIES, DEVICES), signed_in=0.35, labels=("handler", "render_page")
    ),
    "storefront-session": Story("POST", "", exceptions=_TABLE),
    "storefront-search": Story("GET", f"{_SHOP}/search", facts=(COUNTRIES, DEVICES), signed_in=0.3),
    "storefront-feedback": Story("POST", f"{_SHOP}/reviews", facts=(COUNTRIES,), signed_in=1.0),
    "storefront-edge-headers": Story("GET", f"{_SHOP}/", facts=(COUNTRIES,)),
    "storefront-edge-redirects": Story("GET", f"{_SHOP}/sale", facts=(COUNTRIES,)),
    "catalog-api": Story(url=_CATALOG, facts=(TENANTS, COUNTRIES)),
    "catalog-get-product": Story(
        "GET", f"{_CATALOG}/products/42817", labels=("handler", "get_product", "load"), exceptions=_TIMEOUT
    ),
    "catalog-list-products": Story(
        "GET", f"{_CATALOG}/products", labels=("handler", "list_products", "load"), exceptions=_TIMEOUT
    ),
    "catalog-get-prices": Story(
        "POST", f"{_CATALOG}/prices", labels=("handler", "get_prices", "load"), exceptions=_TIMEOUT
    ),
    "catalog-sync-stock": Story(remotes=(Remote("stock.harbourwms.example", "GET", "/v3/levels", 0.4),)),
    "checkout-create-order": Story(
        "POST",
        f"{_CHECKOUT}/orders",
        remotes=(Remote("fraud.shieldline.example", "POST", "/v2/assessments", 0.32, twice=True),),
        facts=(PROVIDERS, CURRENCIES, COUNTRIES, TENANTS),
        signed_in=0.8,
        exceptions=(("ValidationError", "address.postcode: does not match the country"), *_TABLE),
        labels=("handler", "create_order", "assess_risk"),
    ),
    "checkout-get-basket": Story("GET", f"{_CHECKOUT}/basket", facts=(COUNTRIES, TENANTS), signed_in=0.6),
    "checkout-quote-shipping": Story(
        "GET",
        f"{_CHECKOUT}/shipping",
        remotes=(Remote("rates.parcelwing.example", "GET", "/quotes", 0.55),),
        facts=(COUNTRIES, TENANTS),
        signed_in=0.6,
    ),
    "checkout-apply-voucher": Story("POST", f"{_CHECKOUT}/vouchers", facts=(COUNTRIES, TENANTS), signed_in=0.7),
    "payments-authorize": Story(
        remotes=tuple(
            Remote(f"api.{name}.example", "POST", "/payments/authorize", 0.7, ("payment_provider", str(name)))
            for name in PROVIDERS.weights
        ),
        labels=("handler", "authorize"),
        exceptions=(("ProviderUnavailable", "the provider answered 503"),),
    ),
    "payments-capture": Story(
        remotes=tuple(
            Remote(f"api.{name}.example", "POST", "/payments/capture", 0.5, ("payment_provider", str(name)))
            for name in PROVIDERS.weights
        ),
        facts=(PROVIDERS, CURRENCIES),
        exceptions=(("ProviderUnavailable", "the provider answered 503"),),
    ),
    "checkout-staging-create-order": Story(
        "POST",
        "https://checkout.staging.shop.example.com/v1/orders",
        remotes=(Remote("fraud.shieldline.example", "POST", "/v2/assessments", 0.32),),
        facts=(PROVIDERS, CURRENCIES, COUNTRIES),
    ),
    "checkout-staging-get-basket": Story(
        "GET", "https://checkout.staging.shop.example.com/v1/basket", facts=(COUNTRIES,)
    ),
    "orders-accept": Story(facts=(TENANTS, CURRENCIES, COUNTRIES)),
    "orders-fulfil": Story(
        facts=(TENANTS, Fact("warehouse", {"rotterdam": 0.5, "leipzig": 0.32, "lyon": 0.18})),
        exceptions=(("StockMismatch", "counted 3, expected 4"),),
    ),
    "orders-print-label": Story(
        remotes=(Remote("labels.parcelwing.example", "POST", "/v1/labels", 0.6),),
        exceptions=(("CarrierRefused", "no service to this postcode"),),
    ),
    "orders-track-parcel": Story(remotes=(Remote("track.parcelwing.example", "GET", "/v1/parcels", 0.6),)),
    "notifications-send-email": Story(
        remotes=(Remote("smtp.mailquill.example", "POST", "/send", 0.6),),
        facts=(CURRENCIES, Fact("template", {"receipt": 0.46, "shipped": 0.34, "reminder": 0.2})),
        exceptions=(("MailboxFull", "452 4.2.2 mailbox full"),),
        labels=("handler", "render_receipt", "format_amount"),
    ),
    "notifications-send-push": Story(
        remotes=(Remote("push.bellbird.example", "POST", "/v1/push", 0.7),),
        facts=(Fact("platform", {"ios": 0.54, "android": 0.46}),),
    ),
    "notifications-live-connect": Story(facts=(COUNTRIES,), signed_in=1.0),
    "notifications-live-message": Story(facts=(COUNTRIES,), signed_in=1.0),
    "identity-api": Story(url=_ACCOUNT, facts=(COUNTRIES, DEVICES), signed_in=0.9),
    "identity-sign-in": Story("POST", f"{_ACCOUNT}/sessions", exceptions=_TIMEOUT),
    "identity-profile": Story("GET", f"{_ACCOUNT}/profile", exceptions=_TABLE),
    "identity-pre-token": Story(facts=(Fact("client", {"web": 0.5, "ios": 0.28, "android": 0.22}),)),
    "clickstream-collect": Story(
        "POST", "https://clicks.shop.example.com/v1/batch", facts=(TENANTS, DEVICES), exceptions=_TIMEOUT
    ),
    "clickstream-enrich": Story(facts=(TENANTS,)),
    "images-make-thumbnail": Story(
        facts=(Fact("format", {"jpeg": 0.7, "webp": 0.22, "png": 0.08}),),
        writes_back="shop-images",
        exceptions=(("DecompressionBomb", "image of 189 megapixels"),),
        labels=("handler", "make_thumbnail", "resize"),
    ),
    "images-classify": Story(facts=(Fact("model", {"shop-vision-7": 0.9, "shop-vision-8-beta": 0.1}),)),
    "images-moderate": Story(facts=(Fact("verdict", {"clean": 0.93, "review": 0.06, "refused": 0.01}),)),
    "loyalty-west-points": Story(
        "GET", "https://points.shop.example.com/v1/balance", facts=(COUNTRIES,), signed_in=1.0
    ),
    "loyalty-central-points": Story(
        "GET", "https://points.central.shop.example.com/v1/balance", facts=(COUNTRIES,), signed_in=1.0
    ),
}
PLAIN = Story()


def story_of(name: str) -> Story:
    """Of a component, by its name."""
    return STORIES.get(name, PLAIN)

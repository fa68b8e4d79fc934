"""The demo's mail catcher: takes every mail that the product sends, shows it, and sends nothing on."""

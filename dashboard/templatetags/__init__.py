"""Door: number, time and text formats for templates."""

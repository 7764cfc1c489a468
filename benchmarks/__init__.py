"""What is measured, and the floors that figures may not fall below. Reads ../shared/data, which is not shipped here."""

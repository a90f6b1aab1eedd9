"""The HTTP layer: typed endpoints on aiohttp, their OpenAPI document, and how errors are told."""

"""The pages: server-rendered, in Chinese and English, on the same bus as the API."""

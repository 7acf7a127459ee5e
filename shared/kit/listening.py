"""The nameko side of events: one queue a service, drained into its inbox by the container that has the events' role.

`EventListener` marks a method as a subscription or a timer; the shared `EventLoop` consumes, drains, relays and ticks
for all of them. In embedded mode the same declarations are read, and threads do the same work.
"""

from __future__ import annotations

from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension


class EventLoop(ProviderCollector, SharedExtension):
    """Starts the service's event machinery once, however many methods it has."""

    def start(self) -> None:
        machinery = self.container.config.get("event_machinery")
        if machinery is not None:
            machinery.start(self.container)

    def stop(self) -> None:
        machinery = self.container.config.get("event_machinery")
        if machinery is not None:
            machinery.stop()
        super().stop()


class EventListener(Entrypoint):
    """A method that hears events or ticks."""

    loop = EventLoop()

    def setup(self) -> None:
        self.loop.register_provider(self)

    def stop(self) -> None:
        self.loop.unregister_provider(self)

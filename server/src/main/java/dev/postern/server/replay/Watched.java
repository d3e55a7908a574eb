package dev.postern.server.replay;

/** What a {@link RunRelay.Watcher} finds when it looks for the next event. */
public sealed interface Watched {
    /** The next event. */
    final class Event implements Watched {
        private final byte[] bytes;

        Event(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The event as it was added; not to be changed. */
        public byte[] bytes() {
            return bytes;
        }
    }

    /**
     * Events are missing here, because the buffer was full when the watcher came. The next ones follow.
     *
     * @param events how many
     */
    record Gap(long events) implements Watched {}

    /** There is no event yet. The watcher is told when there is one. */
    record Waiting() implements Watched {}

    /** The run has ended, and all events were read. */
    record Ended() implements Watched {}

    /** The watcher read so slowly that the buffer has lost the event that it needs next. Nothing follows. */
    record TooSlow() implements Watched {}
}

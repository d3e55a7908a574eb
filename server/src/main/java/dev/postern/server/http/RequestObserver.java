package dev.postern.server.http;

/** Is told about each request, also about those that are refused. Called on event loops, so it must not block. */
public interface RequestObserver {
    /** Is told nothing. */
    RequestObserver NONE = new RequestObserver() {
        @Override
        public void begins(ServerExchange exchange) {}

        @Override
        public void ended(ServerExchange exchange) {}
    };

    /** A request begins. It may be given an {@link ServerExchange#observe observed request}. */
    void begins(ServerExchange exchange);

    /** The answer has ended, or the client is gone. */
    void ended(ServerExchange exchange);
}

package dev.postern.server.http;

/** The way of a request to its handler: access, limits, filter, route, body, thread. */
final class RequestFlow {
    private final AccessCheck access;
    private final RequestFilter filter;
    private final Router router;
    private final ActiveRequests running;
    private final RequestPool pool;

    RequestFlow(AccessCheck access, RequestFilter filter, Router router, ActiveRequests running, RequestPool pool) {
        this.access = access;
        this.filter = filter;
        this.router = router;
        this.running = running;
        this.pool = pool;
    }

    /** Begins to handle a request, on its event loop. Each failure becomes an answer. */
    void begin(ServerExchange exchange) {
        step(exchange, () -> {
            if (!exchange.hasValidTarget()) {
                throw HttpFailure.of(400, "The target of the request is not a valid URI.");
            }
            exchange.errors(router.errors(exchange));
            access.check(exchange)
                    .whenComplete((passed, refused) -> exchange.onEventLoop(() -> {
                        if (refused != null) {
                            exchange.fail(refused);
                        } else {
                            step(exchange, () -> route(exchange));
                        }
                    }));
        });
    }

    private static void step(ServerExchange exchange, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
        }
    }

    private void route(ServerExchange exchange) {
        if (router.isProbe(exchange.path())) {
            running.requireOpen();
        } else {
            running.requireRoom(); // the place is taken after the body, so that slow bodies take none
        }
        filter.check(exchange);
        Router.Route route = router.find(exchange);
        switch (route.kind()) {
            case PROBE -> route.handler().handle(exchange);
            case WITHOUT_BODY -> dispatch(exchange, route.handler());
            case WITH_BODY -> exchange.collect(() -> step(exchange, () -> dispatch(exchange, route.handler())));
        }
    }

    private void dispatch(ServerExchange exchange, Handler handler) {
        running.admit();
        OneTimeEvent place = new OneTimeEvent();
        place.action(running::release);
        exchange.onRefusal(place::happen); // before an error is sent: the rest of a large body may take seconds
        exchange.atEnd(place::happen);
        pool.run(() -> step(exchange, () -> {
            if (!exchange.begun()) {
                exchange.onCut(
                        () -> { // it may have had an effect, so it is not refused with a 503
                            exchange.failed(RequestLog.STOPPED);
                            exchange.drop();
                        });
                handler.handle(exchange);
            }
        }));
    }
}

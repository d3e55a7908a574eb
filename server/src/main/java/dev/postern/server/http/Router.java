package dev.postern.server.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the handler for a method and path. A segment in braces, as in {@code /agents/{name}}, matches every segment,
 * whose value is then an {@link ServerExchange#parameter}. If several routes match, the first one is used. All routes are
 * added before the server starts.
 */
public final class Router {
    private final List<Route> routes = new ArrayList<>();
    private Function<ServerExchange, ErrorFormat> errors = any -> ErrorFormat.GATEWAY;

    /** How the requests of a route are handled. */
    enum Kind {
        /** On an event loop, always: neither a limit nor a busy thread delays it. */
        PROBE,
        /** Without the body, which is discarded. */
        WITHOUT_BODY,
        /** After the body has arrived. */
        WITH_BODY
    }

    /**
     * A route.
     *
     * @param kind how its requests are handled
     */
    record Route(String method, List<String> pattern, Handler handler, Kind kind) {
        /** The parameters of the path; empty if the path does not match. */
        Optional<Map<String, String>> parameters(List<String> path) {
            if (path.size() != pattern.size()) {
                return Optional.empty();
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String wanted = pattern.get(i);
                String given = path.get(i);
                if (wanted.startsWith("{") && !given.isEmpty()) {
                    parameters.put(wanted.substring(1, wanted.length() - 1), decoded(given));
                } else if (!wanted.equals(given)) {
                    return Optional.empty();
                }
            }
            return Optional.of(parameters);
        }

        private static String decoded(String segment) {
            return URI.create("/" + segment).getPath().substring(1);
        }
    }

    /** Adds a route for GET and HEAD. */
    public Router get(String path, Handler handler) {
        add("GET", path, handler, Kind.WITHOUT_BODY);
        return add("HEAD", path, handler, Kind.WITHOUT_BODY);
    }

    /**
     * Adds a route for GET and HEAD whose handler runs on an event loop, so it must not block. Its requests have no
     * limits: it answers even if the server is fully loaded.
     */
    public Router probe(String path, Handler handler) {
        add("GET", path, handler, Kind.PROBE);
        return add("HEAD", path, handler, Kind.PROBE);
    }

    public Router post(String path, Handler handler) {
        return add("POST", path, handler, Kind.WITH_BODY);
    }

    public Router put(String path, Handler handler) {
        return add("PUT", path, handler, Kind.WITH_BODY);
    }

    public Router delete(String path, Handler handler) {
        return add("DELETE", path, handler, Kind.WITHOUT_BODY);
    }

    private Router add(String method, String path, Handler handler, Kind kind) {
        routes.add(new Route(method, segments(path), handler, kind));
        return this;
    }

    /** Sets what chooses the form of error answers, by the head of a request. */
    public Router errors(Function<ServerExchange, ErrorFormat> formats) {
        errors = formats;
        return this;
    }

    /** The form of the error answers to this request. */
    ErrorFormat errors(ServerExchange exchange) {
        return errors.apply(exchange);
    }

    /** Whether the path is that of a probe. */
    boolean isProbe(String path) {
        List<String> wanted = segments(path);
        return routes.stream()
                .anyMatch(route -> route.kind() == Kind.PROBE && route.pattern().equals(wanted));
    }

    /**
     * Finds the route for this request and sets its parameters.
     *
     * @throws HttpFailure for an unknown path or an unsupported method
     */
    Route find(ServerExchange exchange) {
        List<String> path = segments(exchange.path());
        Set<String> allowed = new LinkedHashSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = route.parameters(path);
            if (parameters.isPresent()) {
                if (route.method().equals(exchange.method())) {
                    exchange.parameters(parameters.get());
                    exchange.route(String.join("/", route.pattern()));
                    return route;
                }
                allowed.add(route.method());
            }
        }
        if (!allowed.isEmpty()) {
            throw HttpFailure.wrongMethod(String.join(", ", allowed));
        }
        return withoutSlash(exchange.path());
    }

    /**
     * Redirects a path with a slash at the end. A path with "//" at the beginning is refused, because it names a host.
     */
    private Route withoutSlash(String path) {
        if (path.startsWith("//") || !path.endsWith("/")) {
            throw HttpFailure.notFound();
        }
        String shorter = path.substring(0, path.length() - 1);
        List<String> segments = segments(shorter);
        if (routes.stream().noneMatch(route -> route.parameters(segments).isPresent())) {
            throw HttpFailure.notFound();
        }
        Handler redirect = exchange -> exchange.empty(307, Map.of("Location", shorter + exchange.query()));
        return new Route("", segments, redirect, Kind.WITHOUT_BODY);
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}

package dev.postern.server;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which handler answers which method and path. A segment of a path in braces, as in {@code /agents/{name}}, stands for any
 * segment and is then {@link Exchange#parameter}; of two routes that fit, the first counts. Built at the start, then read
 * by all threads.
 */
final class Router {
    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, List<String> pattern, Handler handler) {
        /** The parameters of the path, if it fits. */
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

    /** Adds a route for GET, and with it for HEAD. */
    Router get(String path, Handler handler) {
        add("GET", path, handler);
        return add("HEAD", path, handler);
    }

    Router post(String path, Handler handler) {
        return add("POST", path, handler);
    }

    Router put(String path, Handler handler) {
        return add("PUT", path, handler);
    }

    Router delete(String path, Handler handler) {
        return add("DELETE", path, handler);
    }

    private Router add(String method, String path, Handler handler) {
        routes.add(new Route(method, segments(path), handler));
        return this;
    }

    /**
     * The handler for this request, after its parameters were set.
     *
     * @throws Refusal for an unknown path, or another method than the path has
     */
    Handler find(Exchange exchange) {
        List<String> path = segments(exchange.path());
        Set<String> allowed = new LinkedHashSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> parameters = route.parameters(path);
            if (parameters.isPresent()) {
                if (route.method().equals(exchange.method())) {
                    exchange.parameters(parameters.get());
                    return route.handler();
                }
                allowed.add(route.method());
            }
        }
        if (!allowed.isEmpty()) {
            throw Refusal.wrongMethod(String.join(", ", allowed));
        }
        return withoutSlash(exchange.path());
    }

    /** Sends a client that has written a slash too much to the right path; never to another host, which "//…" would be. */
    private Handler withoutSlash(String path) {
        if (path.startsWith("//") || !path.endsWith("/")) {
            throw Refusal.notFound();
        }
        String shorter = path.substring(0, path.length() - 1);
        List<String> segments = segments(shorter);
        if (routes.stream().noneMatch(route -> route.parameters(segments).isPresent())) {
            throw Refusal.notFound();
        }
        return exchange -> exchange.empty(307, Map.of("Location", shorter + exchange.query()));
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}

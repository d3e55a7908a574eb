package dev.postern.server.access;

import java.util.List;

/**
 * What a path needs: nothing, any key, or the key of an administrator. The first rule that matches counts. What no rule names
 * needs a key to be read or run, and the key of an administrator to be changed.
 */
final class PathRules {
    /** What a request needs. */
    enum Need {
        NOTHING,
        KEY,
        ADMIN
    }

    private static final String ANY = "*";

    /** A segment in braces matches any one; {@code **} at the end matches all that follow, also none. */
    private static final List<Rule> RULES = List.of(
            new Rule("GET", "/healthz", Need.NOTHING),
            new Rule("HEAD", "/healthz", Need.NOTHING),
            new Rule("GET", "/readyz", Need.NOTHING),
            new Rule("HEAD", "/readyz", Need.NOTHING),
            new Rule("GET", "/admin", Need.NOTHING), // the page without its data; it asks for the key
            new Rule("HEAD", "/admin", Need.NOTHING),
            new Rule(ANY, "/metrics/**", Need.ADMIN),
            new Rule(ANY, "/admin/**", Need.ADMIN),
            new Rule("POST", "/api/v1/agents", Need.ADMIN),
            new Rule("POST", "/api/v1/agents/{name}/sessions/cleanup", Need.ADMIN),
            new Rule("DELETE", "/api/v1/agents/{name}/sessions/{session}", Need.KEY),
            new Rule("DELETE", "/api/v1/agents/{name}/sessions/{session}/run", Need.KEY),
            new Rule("GET", "/**", Need.KEY),
            new Rule("HEAD", "/**", Need.KEY),
            new Rule("POST", "/**", Need.KEY),
            new Rule(ANY, "/**", Need.ADMIN));

    private record Rule(String method, List<String> pattern, Need need) {
        Rule(String method, String pattern, Need need) {
            this(method, List.of(pattern.split("/", -1)), need);
        }

        boolean matches(String givenMethod, List<String> path) {
            if (!method.equals(ANY) && !method.equals(givenMethod)) {
                return false;
            }
            for (int i = 0; i < pattern.size(); i++) {
                String wanted = pattern.get(i);
                if (wanted.equals("**")) {
                    return true;
                }
                if (i == path.size() || !(wanted.startsWith("{") || wanted.equals(path.get(i)))) {
                    return false;
                }
            }
            return path.size() == pattern.size();
        }
    }

    private PathRules() {}

    /**
     * What a request needs.
     *
     * @param path the path as the router compares it: not decoded, without the query
     */
    static Need of(String method, String path) {
        List<String> segments = List.of(path.split("/", -1));
        for (Rule rule : RULES) {
            if (rule.matches(method, segments)) {
                return rule.need();
            }
        }
        return Need.ADMIN; // such as a path without a slash at its beginning
    }
}

package dev.postern.bedrock;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Converts names of tools and ids of calls to the form that Converse accepts ({@code [a-zA-Z0-9_-]{1,64}} and {@code
 * [a-zA-Z0-9_.:-]{1,64}}), and back. One object serves one request and its answer.
 */
final class ToolIdentifiers {
    private static final int MAX_LENGTH = 64;
    private static final Pattern NOT_IN_NAME = Pattern.compile("[^a-zA-Z0-9_-]");
    private static final Pattern NOT_IN_ID = Pattern.compile("[^a-zA-Z0-9_.:-]");

    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> namesBack = new HashMap<>();
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> idsBack = new HashMap<>();

    String toWireName(String name) {
        return names.computeIfAbsent(name, key -> replacement(key, NOT_IN_NAME, namesBack));
    }

    String fromWireName(String name) {
        return namesBack.getOrDefault(name, name);
    }

    String toWireId(String id) {
        return ids.computeIfAbsent(id, key -> replacement(key, NOT_IN_ID, idsBack));
    }

    String fromWireId(String id) {
        return idsBack.getOrDefault(id, id);
    }

    /**
     * The text itself if Converse accepts it, else a similar one. A hash at the end makes different texts differ, and
     * gives the same result in each request, so that prompt caches work.
     */
    private static String replacement(String text, Pattern forbidden, Map<String, String> back) {
        String candidate = forbidden.matcher(text).replaceAll("_");
        if (!candidate.equals(text) || text.length() > MAX_LENGTH) {
            String mark = "_" + Integer.toHexString(text.hashCode());
            candidate = candidate.substring(0, Math.min(candidate.length(), MAX_LENGTH - mark.length())) + mark;
        }
        for (int i = 2; back.containsKey(candidate) && !text.equals(back.get(candidate)); i++) {
            String mark = "_" + i;
            candidate = candidate.substring(0, Math.min(candidate.length(), MAX_LENGTH - mark.length())) + mark;
        }
        back.put(candidate, text);
        return candidate;
    }
}

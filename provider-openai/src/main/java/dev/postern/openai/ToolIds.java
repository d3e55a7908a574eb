package dev.postern.openai;

import dev.postern.openai.ServerProfile.ToolIdRule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;

/**
 * Translates the ids of tool calls into ids that the server accepts, and back. An id that the server would refuse is
 * always replaced by the same id, so that a call and its result match, in this request and in the next one.
 */
final class ToolIds {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int MAX_LENGTH = 40;

    private final ToolIdRule rule;
    // Empty until the first id, because most calls have none.
    private Map<String, String> wire = Map.of();
    private Map<String, String> original = Map.of();

    ToolIds(ToolIdRule rule) {
        this.rule = rule;
    }

    /** Returns the id to send. */
    String toWire(String id) {
        String known = wire.get(id);
        return known == null ? newWireId(id) : known;
    }

    /** Returns the original of an id that the server sent. */
    String fromWire(String id) {
        return original.getOrDefault(id, id);
    }

    private boolean accepted(String id) {
        return switch (rule) {
            case ANY -> true;
            case UP_TO_40 -> id.length() <= MAX_LENGTH;
            case NINE_ALPHANUMERICS -> id.matches("[a-zA-Z0-9]{9}");
        };
    }

    /**
     * Returns the id itself if the server accepts it, else a digest of it. Never returns an id that is in use already.
     */
    private String newWireId(String id) {
        int length = rule == ToolIdRule.NINE_ALPHANUMERICS ? 9 : MAX_LENGTH;
        String candidate = accepted(id) ? id : digest(id, length);
        for (int salt = 1; original.containsKey(candidate); salt++) {
            candidate = digest(id + '#' + salt, length);
        }
        if (wire.isEmpty()) {
            wire = new HashMap<>();
            original = new HashMap<>();
        }
        wire.put(id, candidate);
        original.put(candidate, id);
        return candidate;
    }

    private static String digest(String text, int length) {
        StringBuilder letters = new StringBuilder(length);
        byte[] hash = sha256(text);
        while (letters.length() < length) {
            letters.append(ALPHABET.charAt((hash[letters.length() % hash.length] & 0xFF) % ALPHABET.length()));
        }
        return letters.toString();
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform must have", e);
        }
    }
}

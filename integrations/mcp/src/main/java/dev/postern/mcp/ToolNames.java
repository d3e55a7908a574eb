package dev.postern.mcp;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that the model sees: at most 64 letters, digits, {@code _} and {@code -}, unique among the tools of a server. A name
 * depends on the names of all tools of the list, and not on their order.
 */
final class ToolNames {
    private static final int LONGEST = 64;
    private static final int HASH = 8; // hexadecimal digits

    private ToolNames() {}

    /** The names for the model, by the names on the server, which are different. */
    static Map<String, String> of(String prefix, List<String> originals) {
        Map<String, Integer> plainNames = new HashMap<>();
        originals.forEach(name -> plainNames.merge(plain(prefix + name), 1, Integer::sum));
        Map<String, String> names = new LinkedHashMap<>();
        for (String original : originals) {
            String plain = plain(prefix + original);
            boolean isOnly = plainNames.getOrDefault(plain, 0) == 1;
            boolean isUnchanged = plain.equals(prefix + original);
            names.put(original, plain.length() <= LONGEST && (isOnly || isUnchanged) ? plain : hashed(plain, original));
        }
        return names;
    }

    static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_-]", "_");
    }

    private static String hashed(String plain, String original) {
        String beginning = plain.substring(0, Math.min(plain.length(), LONGEST - HASH - 1));
        return beginning + "_" + hash(original);
    }

    private static String hash(String original) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(original.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}

package dev.postern.server.access;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a key: {@code postern_ID_SECRET}. The id has letters in lower case and digits; the secret is 32 random bytes in
 * base64url, 43 characters. The fixed beginning and length let scanners find keys in texts where they should not be.
 *
 * @param id the public part, by which the key is found
 * @param hash the hash of the secret
 */
record KeyText(String id, SecretHash hash) {
    static final String PREFIX = "postern_";
    static final String ID_FORM = "[a-z0-9]{4,32}";
    private static final Pattern FORM = Pattern.compile(PREFIX + "(" + ID_FORM + ")_([A-Za-z0-9_-]{43})");
    private static final String ID_CHARACTERS =
            "abcdefghijkmnpqrstuvwxyz23456789"; // without characters that look alike
    private static final int ID_LENGTH = 10;
    private static final int SECRET_BYTES = 32;

    /** Reads a key; empty if the text has another form. */
    static Optional<KeyText> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new KeyText(form.group(1), SecretHash.of(form.group(2))))
                : Optional.empty();
    }

    /** The text of a key. */
    static String of(String id, String secret) {
        return PREFIX + id + "_" + secret;
    }

    static String newId(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_CHARACTERS.charAt(random.nextInt(ID_CHARACTERS.length())));
        }
        return id.toString();
    }

    static String newSecret(SecureRandom random) {
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

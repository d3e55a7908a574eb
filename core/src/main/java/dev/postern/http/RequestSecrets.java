package dev.postern.http;

import dev.postern.flow.SecretNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The secrets of one request, which no failure may show. Servers and proxies may repeat parts of a request. Secret are
 * the values of headers whose names are those of secrets, such as {@code Authorization} or {@code api-key}, and further
 * texts of the caller. Values of less than 4 characters are not secret. Thread-safe.
 */
public final class RequestSecrets {
    /** No secrets, as before the first attempt. */
    public static final RequestSecrets NONE = new RequestSecrets(Map.of());

    private static final int SHORTEST = 4; // characters; replacing shorter values would damage the text of a failure
    private static final int MAX_SHOWN = 200; // characters
    private static final int MAX_READ = 4096; // bytes

    private final Map<String, String> headers;
    private final String[] more;

    /**
     * The secrets of a request. They are collected when a text is redacted, as most requests do not fail.
     *
     * @param headers all headers of the request. The map is not copied and must not be changed
     * @param more other secrets; empty texts are allowed
     */
    public RequestSecrets(Map<String, String> headers, String... more) {
        this.headers = headers;
        this.more = more;
    }

    /**
     * Returns the text with each secret replaced by three asterisks. Redact a text before you shorten it: a part of a
     * secret is not found.
     */
    public String redacted(String text) {
        String clean = text;
        for (String secret : secrets()) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }

    /** All secrets, the longest first. */
    private List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        for (String secret : more) {
            add(secrets, secret);
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (SecretNames.isSecret(header.getKey())) {
                add(secrets, header.getValue().replaceFirst("(?i)^(bearer|basic) ", ""));
            }
        }
        return secrets;
    }

    /** Returns UTF-8 text with each secret replaced. */
    public byte[] redacted(byte[] text) {
        return redacted(new String(text, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns the beginning of an unreadable body in quotes: without secrets and format characters, with one space for
     * each sequence of control characters and white space.
     */
    public String excerpt(byte[] bytes, int offset, int length) {
        String read = new String(bytes, offset, Math.min(length, MAX_READ), StandardCharsets.UTF_8);
        String all = redacted(length > MAX_READ ? withoutCutSecret(read) : read);
        String printable = all.replaceAll("[\\s\\p{Cntrl}]+", " ").replaceAll("[\\p{Cf}\\p{Co}\\p{Cn}\\p{Cs}]", "");
        String text = redacted(printable).strip(); // a format character may have divided a secret
        return "'" + (text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…") + "'";
    }

    /** Removes the end of a text that was cut if it is the beginning of a secret. */
    private String withoutCutSecret(String cut) {
        String text = cut.endsWith("\uFFFD") ? cut.substring(0, cut.length() - 1) : cut; // a half character
        int part = 0;
        for (String secret : secrets()) {
            int length = Math.min(secret.length() - 1, text.length());
            while (length > part && !text.regionMatches(text.length() - length, secret, 0, length)) {
                length--;
            }
            part = Math.max(part, length);
        }
        return text.substring(0, text.length() - part);
    }

    /** The longest first, because a secret may contain another one. */
    private static void add(List<String> secrets, String value) {
        String secret = value.trim();
        int at = 0;
        while (at < secrets.size() && secrets.get(at).length() > secret.length()) {
            at++;
        }
        if (secret.length() >= SHORTEST) {
            secrets.add(at, secret);
        }
    }
}

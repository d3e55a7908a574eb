package dev.postern.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;

/**
 * The page for operators: one file, the same for everybody, without data. Its script asks for the data with the operator's key. The policy in
 * its headers allows this one script, this one style and requests to this server, and nothing else, so a text that became markup by mistake
 * could neither run nor load anything.
 */
public final class AdminPage {
    private static final String HTML = read();

    private AdminPage() {}

    /** The page. */
    public static byte[] bytes() {
        return HTML.getBytes(StandardCharsets.UTF_8);
    }

    /** The headers of the page. */
    public static Map<String, String> headers() {
        return Map.of(
                "Content-Type", "text/html; charset=utf-8",
                "Content-Security-Policy",
                        "default-src 'none'; script-src " + hash("script") + "; style-src " + hash("style")
                                + "; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
                                + " frame-ancestors 'none'",
                "X-Content-Type-Options", "nosniff",
                "X-Frame-Options", "DENY",
                "Referrer-Policy", "no-referrer",
                "Cross-Origin-Opener-Policy", "same-origin",
                "Cache-Control", "no-store");
    }

    private static String hash(String element) {
        String begin = "<" + element + ">";
        int from = HTML.indexOf(begin) + begin.length();
        byte[] text =
                HTML.substring(from, HTML.indexOf("</" + element + ">", from)).getBytes(StandardCharsets.UTF_8);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static String read() {
        try (InputStream in = AdminPage.class.getResourceAsStream("admin.html")) {
            if (in == null) {
                throw new IllegalStateException("admin.html is not beside its class");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

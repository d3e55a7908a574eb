package dev.postern.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.flow.SecretNames;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes texts of one exchange that may be logged: without secrets, base64 and control characters, and of bounded length. */
final class WireMask {
    /** Bytes that are read beyond a bound, so that masking does not depend on the place of the cut. */
    static final int SLACK = 2048;

    private static final String HIDDEN = "***";
    private static final int SHORTEST = 4; // characters of a secret
    private static final int BASE64 = 256; // characters that are shortened
    private static final int BASE64_SHOWN = 5;

    private static final Pattern SCHEME =
            Pattern.compile("(Bearer|Basic|AWS4-HMAC-SHA256) +(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** The parts of an AWS signature that a server may repeat by themselves. */
    private static final Pattern AWS = Pattern.compile("(?:Credential|Signature)=([^/,\\s]+)");

    private final List<String> names;
    private final List<String> secrets = new ArrayList<>();

    /** The mask for an exchange with this request. */
    WireMask(HttpCall call, @Nullable CompletionRequest request, List<String> names) {
        this.names = names;
        for (Map.Entry<String, String> header : call.headers().entrySet()) {
            if (isSecret(header.getKey())) {
                addHeader(header.getValue());
            }
        }
        for (String parameter : parameters(call.uri())) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && isSecret(parameter.substring(0, equals))) {
                add(parameter.substring(equals + 1));
                add(decoded(parameter.substring(equals + 1)));
            }
        }
        if (request != null) {
            CallOptions options = request.options();
            add(options.apiKey());
            options.credentials().values().forEach(this::add);
        }
        secrets.sort(Comparator.comparingInt(String::length).reversed()); // one may contain another one
    }

    private void addHeader(String value) {
        Matcher scheme = SCHEME.matcher(value);
        add(scheme.matches() ? scheme.group(2) : value);
        for (Matcher part = AWS.matcher(value); part.find(); ) {
            add(part.group(1));
        }
    }

    private void add(String value) {
        String secret = value.trim();
        if (secret.length() >= SHORTEST) {
            secrets.add(secret);
            if (secret.indexOf('/') >= 0) {
                secrets.add(secret.replace("/", "\\/")); // as some servers write it in JSON
            }
        }
    }

    private static String[] parameters(URI uri) {
        String query = uri.getRawQuery();
        return query == null ? new String[0] : query.split("&");
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value, UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    private boolean isSecret(String name) {
        return SecretNames.isSecret(name) || names.stream().anyMatch(name::equalsIgnoreCase);
    }

    /** The address with its query, whose secret values are masked. */
    String address(URI uri) {
        StringBuilder text = new StringBuilder(HttpCall.shown(uri));
        char next = '?';
        for (String parameter : parameters(uri)) {
            int equals = parameter.indexOf('=');
            boolean hidden = equals > 0 && isSecret(decoded(parameter.substring(0, equals)));
            text.append(next).append(hidden ? parameter.substring(0, equals + 1) + HIDDEN : parameter);
            next = '&';
        }
        return text(text.toString());
    }

    /** The line of a header. */
    String header(String name, String value) {
        String shown = value;
        if (isSecret(name)) {
            Matcher scheme = SCHEME.matcher(value);
            shown = scheme.matches() ? scheme.group(1) + " " + HIDDEN : HIDDEN;
        }
        return text(name + ": " + shown).replace('\n', '?');
    }

    /** A short text of ours or of a failure. */
    String text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return text(bytes, 0, bytes.length, 0, bytes.length);
    }

    /**
     * The text of UTF-8.
     *
     * @param missing the number of bytes that follow and were not kept
     * @param max the most characters of the text; a note about what is left out may follow
     */
    String text(byte[] bytes, int from, int to, long missing, int max) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(Math.min(to - from, max + SLACK) + 1);
        int at = from;
        while (at < to && kept.size() < max + SLACK) {
            int end = at;
            while (end < to && isBase64(bytes[end])) {
                end++;
            }
            if (end - at >= BASE64) {
                byte[] note = shortened(new String(bytes, at, BASE64_SHOWN, UTF_8), end - at);
                kept.write(note, 0, note.length);
            } else {
                end = Math.min(end + 1, to); // with the byte that ended the run
                kept.write(bytes, at, end - at);
            }
            at = end;
        }
        long rest = to - at + missing;
        return cut(printable(withoutFields(withoutSecrets(kept.toString(UTF_8), rest > 0))), rest, max);
    }

    private static boolean isBase64(byte b) {
        return (b >= 'A' && b <= 'Z')
                || (b >= 'a' && b <= 'z')
                || (b >= '0' && b <= '9')
                || b == '+'
                || b == '/'
                || b == '='
                || b == '-'
                || b == '_';
    }

    /** A long key is such a run, too: then not even its beginning is shown. */
    private byte[] shortened(String begin, int length) {
        boolean secret = secrets.stream().anyMatch(each -> each.startsWith(begin));
        return ((secret ? HIDDEN : begin) + "… (" + number(length) + " characters)").getBytes(UTF_8);
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private String withoutSecrets(String text, boolean cut) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, HIDDEN);
            for (int part = Math.min(secret.length() - 1, clean.length()); cut && part > 0; part--) {
                if (clean.endsWith(secret.substring(0, part))) { // perhaps the beginning of this secret
                    clean = clean.substring(0, clean.length() - part);
                    break;
                }
            }
        }
        return clean;
    }

    /** Hides the values of JSON fields that the user has named, also in JSON inside of a JSON string. */
    private String withoutFields(String text) {
        String clean = text;
        for (String name : names) {
            int at = 0;
            while ((at = indexOf(clean, name, at)) >= 0) {
                int end = at + name.length();
                int value = JsonScan.valueAfter(clean, at, end);
                if (value < 0) {
                    at = end;
                    continue;
                }
                int rest = JsonScan.endOfValue(clean, value);
                clean = clean.substring(0, value) + HIDDEN + clean.substring(rest);
                at = value + HIDDEN.length();
            }
        }
        return clean;
    }

    private static int indexOf(String text, String name, int from) {
        for (int at = from; !name.isEmpty() && at <= text.length() - name.length(); at++) {
            if (text.regionMatches(true, at, name, 0, name.length())) {
                return at;
            }
        }
        return -1;
    }

    /** Nobody can write a line of the log, or change the direction of its text, with what a server sends. */
    private static String printable(String text) {
        StringBuilder clean = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int type = c < 127 ? (c < ' ' ? Character.CONTROL : Character.OTHER_SYMBOL) : Character.getType(c);
            boolean bad = type == Character.CONTROL
                    || type == Character.FORMAT
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR;
            if (bad && c != '\n' && c != '\t') {
                clean = clean == null ? new StringBuilder(text) : clean;
                clean.setCharAt(i, c == '\r' ? ' ' : '?');
            }
        }
        return clean == null ? text : clean.toString();
    }

    private static String cut(String text, long missing, int max) {
        long rest = missing + Math.max(0, text.length() - max);
        return rest == 0 ? text : text.substring(0, Math.min(max, text.length())) + "… (" + number(rest) + " more)";
    }
}

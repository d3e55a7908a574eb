package dev.postern.bedrock;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The canonical form of a request, as AWS's Signature Version 4 defines it. Both sides compute it, so the signature
 * stays valid if a proxy changes the spelling of the request.
 *
 * @param text the canonical form
 * @param signedHeaders the names of the headers in it, as the signature lists them
 */
record CanonicalRequest(String text, String signedHeaders) {
    /** Headers that the JDK's client and proxies change. AWS's SDKs do not sign them either. */
    private static final Set<String> UNSIGNED =
            Set.of("connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id");

    private static final Pattern SPACES = Pattern.compile("[ \t\n\u000b\f\r]+");

    static CanonicalRequest of(String method, URI uri, Map<String, String> headers, String bodyHash) {
        TreeMap<String, String> signed = new TreeMap<>();
        signed.put("host", host(uri));
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String lower = header.getKey().toLowerCase(Locale.ROOT);
            if (!UNSIGNED.contains(lower)) {
                signed.put(lower, collapsed(header.getValue()));
            }
        }
        StringBuilder text = new StringBuilder(512);
        text.append(method)
                .append('\n')
                .append(path(uri))
                .append('\n')
                .append(query(uri))
                .append('\n');
        for (Map.Entry<String, String> header : signed.entrySet()) {
            text.append(header.getKey()).append(':').append(header.getValue()).append('\n');
        }
        String names = String.join(";", signed.keySet());
        text.append('\n').append(names).append('\n').append(bodyHash);
        return new CanonicalRequest(text.toString(), names);
    }

    /** A value with one space for each sequence of white space, and none at its ends. */
    private static String collapsed(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) <= ' ') {
                return SPACES.matcher(value).replaceAll(" ").trim();
            }
        }
        return value;
    }

    /** The host as the JDK's client sends it: with the port only if it is not the default of the scheme. */
    private static String host(URI uri) {
        int defaultPort = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 || uri.getPort() == defaultPort ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /**
     * The path as it is sent, normalized and then encoded <em>a second time</em>: {@code %3A} becomes {@code %253A}.
     * All services of AWS except S3 require this.
     */
    private static String path(URI uri) {
        String raw = uri.getRawPath();
        String normal = uri.normalize().getRawPath();
        if (normal == null || normal.isEmpty()) {
            return "/";
        }
        // URI.normalize leaves a slash at the end of "/a/b/..".
        boolean slashLeft = normal.length() > 1 && normal.endsWith("/") && !raw.endsWith("/");
        return PercentEncoding.encode(slashLeft ? normal.substring(0, normal.length() - 1) : normal, "/");
    }

    /** All parameters, sorted by their encoded names, then by their values. */
    private static String query(URI uri) {
        String raw = uri.getRawQuery();
        if (raw == null || raw.isEmpty()) {
            return "";
        }
        record Parameter(String name, String value) {}
        List<Parameter> parameters = new ArrayList<>();
        for (String part : raw.split("&", -1)) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                parameters.add(new Parameter(
                        PercentEncoding.encode(PercentEncoding.decode(name)),
                        PercentEncoding.encode(PercentEncoding.decode(value))));
            }
        }
        parameters.sort((a, b) -> a.name.equals(b.name) ? a.value.compareTo(b.value) : a.name.compareTo(b.name));
        return String.join(
                "&",
                parameters.stream().map(each -> each.name + "=" + each.value).toList());
    }
}

package dev.postern.mcp;

import dev.postern.http.HttpCall;
import dev.postern.http.HttpTransport;
import dev.postern.http.RequestSecrets;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server that is reached by streamable HTTP. */
final class HttpEndpoint implements Endpoint {
    private final String name;
    private final URI uri;
    private final Map<String, String> headers;
    private final @Nullable Supplier<String> authorization;
    private final int maxMessageBytes;
    private final HttpTransport transport;
    private volatile String lastAuthorization = "";

    HttpEndpoint(
            String name,
            URI uri,
            Map<String, String> headers,
            @Nullable Supplier<String> authorization,
            int maxMessageBytes,
            HttpTransport transport) {
        this.name = name;
        this.uri = uri;
        this.headers = headers;
        this.authorization = authorization;
        this.maxMessageBytes = maxMessageBytes;
        this.transport = transport;
    }

    String name() {
        return name;
    }

    URI uri() {
        return uri;
    }

    HttpTransport transport() {
        return transport;
    }

    int maxMessageBytes() {
        return maxMessageBytes;
    }

    /** Whether {@link #headers()} may block. */
    boolean mayBlock() {
        return authorization != null;
    }

    /** The headers that the application sets, for one request. */
    Map<String, String> headers() {
        Map<String, String> all = new LinkedHashMap<>(headers);
        if (authorization != null) {
            String value = authorization.get();
            if (!value.isEmpty()) {
                all.put("Authorization", value);
                lastAuthorization = value;
            }
        }
        return all;
    }

    @Override
    public Link open(Link.Events events) {
        return new HttpLink(this, events);
    }

    @Override
    public boolean mayBeSilent() {
        return false;
    }

    @Override
    public boolean hasHeaders() {
        return true;
    }

    @Override
    public RequestSecrets secrets() {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putIfAbsent("Authorization", lastAuthorization);
        return new RequestSecrets(all);
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return HttpCall.shown(uri);
    }
}

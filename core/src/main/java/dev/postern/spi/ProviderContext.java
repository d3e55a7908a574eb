package dev.postern.spi;

import dev.postern.http.SharedHttpClient;
import java.net.http.HttpClient;
import java.util.Objects;

/** What the backends of one gateway share. Thread-safe. */
public final class ProviderContext {
    private final SharedHttpClient shared;

    /** A context with this client, which stays the caller's to close, after all providers that were made with it. */
    public ProviderContext(SharedHttpClient httpClient) {
        shared = Objects.requireNonNull(httpClient, "httpClient");
    }

    /**
     * The client that all backends share, with the default connect timeout. It is made when it is first asked for, so a
     * backend that needs another one does not ask. A provider that is closed leaves it open.
     */
    public HttpClient httpClient() {
        return shared.get();
    }
}

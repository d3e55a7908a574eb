package dev.postern.spi;

import dev.postern.http.SharedHttpClient;
import java.net.http.HttpClient;
import java.util.Objects;

/** The resources that the backends of one gateway share. Thread-safe. */
public final class ProviderContext {
    private final SharedHttpClient shared;

    /** A context with this client. The caller closes it, after all providers that use it. */
    public ProviderContext(SharedHttpClient httpClient) {
        shared = Objects.requireNonNull(httpClient, "httpClient");
    }

    /**
     * The client that all backends share, with the default connect timeout. It is created at the first call of
     * this method. Closing a provider does not close it.
     */
    public HttpClient httpClient() {
        return shared.get();
    }
}

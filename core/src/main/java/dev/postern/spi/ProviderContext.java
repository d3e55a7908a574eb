package dev.postern.spi;

import java.net.http.HttpClient;

/** The resources that the backends of one gateway share. Their owner closes them, not a factory. Thread-safe. */
@FunctionalInterface
public interface ProviderContext {

    /**
     * The client that all backends share, with the default connect timeout. It is created at the first call of
     * this method. Closing a provider does not close it. This method must not be called after the gateway has closed the
     * backend.
     *
     * @throws IllegalStateException if the client is closed
     */
    HttpClient httpClient();
}

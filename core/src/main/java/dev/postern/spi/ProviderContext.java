package dev.postern.spi;

import dev.postern.Timeouts;
import dev.postern.flow.SharedHttpClient;
import java.net.http.HttpClient;

/** The resources that the backends of one gateway share. Thread-safe. */
public final class ProviderContext implements AutoCloseable {
    private final SharedHttpClient shared =
            new SharedHttpClient(Timeouts.defaults().connect());

    /** A context whose client does not exist yet. */
    public ProviderContext() {}

    /**
     * The client that all backends share, with the default connect timeout. It is created at the first call of
     * this method. Closing a provider does not close it.
     */
    public HttpClient httpClient() {
        return shared.get();
    }

    /**
     * Closes the client, if it was created, with all its calls. Close the providers that use it first. {@link
     * #httpClient} must not be called afterwards.
     */
    @Override
    public void close() {
        shared.close();
    }
}

package dev.postern.openai;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import dev.postern.http.WireLog;
import dev.postern.http.WireRecorder;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings of a provider's transport: one that is shared, or those of one that the provider creates and closes. */
final class TransportSettings {
    @Nullable
    HttpTransport shared;

    @Nullable
    RetryPolicy retries;

    @Nullable
    HttpClient httpClient;

    boolean http2;

    @Nullable
    WireLog wireLog;

    @Nullable
    WireRecorder recorder;

    /** Refuses settings that a shared transport would ignore. */
    void check() {
        if (shared != null && (httpClient != null || retries != null || http2)) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "transport: has its own client and retries; set httpClient, retries and http2 on the transport.");
        }
        if (shared != null && (wireLog != null || recorder != null)) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    "transport: has its own wire log and recorder; set wireLog and recorder on the transport.");
        }
    }

    /** Returns the shared transport, else a new one. */
    HttpTransport open(Duration connectTimeout) {
        if (shared != null) {
            return shared;
        }
        HttpTransport.Builder own = HttpTransport.builder()
                .retries(retries == null ? RetryPolicy.defaults() : retries)
                .connectTimeout(connectTimeout)
                .http2(http2);
        if (httpClient != null) {
            own.httpClient(httpClient);
        }
        if (wireLog != null) {
            own.wireLog(wireLog);
        }
        if (recorder != null) {
            own.recorder(recorder);
        }
        return own.build();
    }
}

package dev.postern.micrometer;

import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.AttemptEnd;
import dev.postern.call.CallListener.AttemptStart;
import dev.postern.genai.ServerAddress;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link io.micrometer.observation.ObservationConvention} knows of an attempt. Its carrier is the HTTP request of the attempt,
 * so a tracing handler sends its headers.
 */
public final class LlmAttemptContext extends SenderContext<AttemptStart> {
    private final AttemptStart start;
    private final String provider;
    private final ServerAddress server;
    private int status;
    private String requestId = "";
    private volatile @Nullable MessageStop stop;
    private @Nullable AttemptEnd end;

    LlmAttemptContext(AttemptStart start, String provider) {
        super(LlmAttemptContext::send, Kind.CLIENT);
        this.start = start;
        this.provider = provider;
        server = ServerAddress.of(start.address());
        setCarrier(start);
        setRemoteServiceName(provider);
        if (server.isKnown()) {
            setRemoteServiceAddress(start.address());
        }
    }

    private static void send(@Nullable AttemptStart attempt, String name, String value) {
        if (attempt != null && !name.equalsIgnoreCase("baggage")) { // model servers belong to others
            try {
                attempt.header(name, value);
            } catch (IllegalArgumentException e) {
                // a propagator whose header looks like a secret: the call goes on without it
            }
        }
    }

    /** The beginning of the attempt. */
    public AttemptStart start() {
        return start;
    }

    /** The provider, as in {@code gen_ai.provider.name}. */
    public String provider() {
        return provider;
    }

    /** The server. */
    public ServerAddress server() {
        return server;
    }

    /** The status of the HTTP answer; empty if none came. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The id that the server gave the request; empty if none. */
    public String requestId() {
        return requestId;
    }

    /** The end of the answer; empty if none came. */
    public Optional<MessageStop> stop() {
        return Optional.ofNullable(stop);
    }

    /** The end of the attempt; empty while it runs. */
    public Optional<AttemptEnd> end() {
        return Optional.ofNullable(end);
    }

    void head(int code, String id) {
        status = code;
        requestId = id;
    }

    void stopped(MessageStop last) {
        stop = last;
    }

    void ended(AttemptEnd over) {
        end = over;
    }
}

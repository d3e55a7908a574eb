package dev.postern.micrometer;

import dev.postern.StreamEvent.MessageStop;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.genai.ServerAddress;
import io.micrometer.observation.Observation;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an {@link io.micrometer.observation.ObservationConvention} knows of a call. What it is told changes until the call ends. */
public final class LlmCallContext extends Observation.Context {
    private final CallStart start;
    private String provider;
    private String model;
    private ServerAddress server = ServerAddress.UNKNOWN;
    private @Nullable MessageStop stop;
    private @Nullable Duration firstToken;
    private @Nullable CallEnd end;

    LlmCallContext(CallStart start, String provider) {
        this.start = start;
        this.provider = provider;
        this.model = start.request().model();
    }

    /** The beginning of the call, with its request. */
    public CallStart start() {
        return start;
    }

    /** The provider of the last attempt, as in {@code gen_ai.provider.name}. */
    public String provider() {
        return provider;
    }

    /** The model that was asked; the default model once an attempt has begun; empty if unknown. */
    public String model() {
        return model;
    }

    /** The server of the last attempt. */
    public ServerAddress server() {
        return server;
    }

    /** The end of the answer of the last attempt; empty if none came. */
    public Optional<MessageStop> stop() {
        return Optional.ofNullable(stop);
    }

    /** The time until the first event with content reached the caller. */
    public Optional<Duration> firstToken() {
        return Optional.ofNullable(firstToken);
    }

    /** The end of the call; empty while it runs. */
    public Optional<CallEnd> end() {
        return Optional.ofNullable(end);
    }

    void attempt(LlmAttemptContext attempt) {
        provider = attempt.provider();
        server = attempt.server();
        if (model.isEmpty()) {
            model = attempt.start().model();
        }
    }

    void stopped(@Nullable MessageStop last) {
        stop = last;
    }

    void firstToken(Duration sinceStart) {
        firstToken = sinceStart;
    }

    void ended(CallEnd over) {
        end = over;
    }
}

package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Timer;
import dev.postern.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream on which a server announces that its tools changed. If the stream ends, it is opened again, after a delay that doubles
 * each time. Changes between two streams are not announced, so the tools count as changed when a stream ends, and again when the next
 * one is open. Thread-safe.
 */
final class Listening {
    private static final long FIRST_DELAY = Timer.nanos(Duration.ofSeconds(1));
    private static final long LONGEST_DELAY = Timer.nanos(Duration.ofMinutes(1));

    /** What a server answers that has no such stream. */
    private static final Set<Kind> FINAL =
            Set.of(Kind.UNSUPPORTED, Kind.NOT_FOUND, Kind.INVALID_REQUEST, Kind.AUTHENTICATION, Kind.PERMISSION);

    private final Session session;
    private final Link link;
    private final McpSettings settings;
    private final Runnable toolsChanged;
    private boolean over; // guarded by this
    private boolean missed; // guarded by this
    private Runnable stop = () -> {}; // guarded by this
    private long delay = FIRST_DELAY; // guarded by this
    private long opened; // guarded by this

    /**
     * Creates a stream that is not open yet.
     *
     * @param missed whether changes may have been missed before
     */
    Listening(Session session, Link link, McpSettings settings, Runnable toolsChanged, boolean missed) {
        this.session = session;
        this.link = link;
        this.settings = settings;
        this.toolsChanged = toolsChanged;
        this.missed = missed;
    }

    void begin() {
        synchronized (this) {
            if (over || !session.isUsable()) {
                return;
            }
            opened = settings.timer().nanoTime();
        }
        if (session.protocol().isStateless()) {
            subscribe();
            return;
        }
        @Nullable Runnable open = link.listen(this::isOpen, this::ended);
        if (open == null) {
            isOpen(); // notifications come without a stream
        } else {
            stopWith(open);
        }
    }

    private void subscribe() {
        Map<String, Object> wanted = Map.of("notifications", Map.of("toolsListChanged", true));
        Consumer<JsonObject> acknowledged = params -> isOpen();
        Pending request = session.request(
                Protocol.LISTEN, wanted, new Pending.Options(Duration.ZERO, Duration.ZERO, acknowledged, Map.of(), ""));
        stopWith(() -> request.answer().cancel(true));
        var unused = request.answer().whenComplete((result, thrown) -> {
            if (!(thrown instanceof CancellationException)) {
                ended(thrown == null ? null : LlmException.of(thrown));
            }
        });
    }

    /** Sets what stops it now, and stops it if it was ended meanwhile. */
    private void stopWith(Runnable how) {
        synchronized (this) {
            if (!over) {
                stop = how;
                return;
            }
        }
        how.run();
    }

    /** From now on, changes are announced. */
    private void isOpen() {
        boolean tells;
        synchronized (this) {
            tells = missed && !over;
            missed = false;
        }
        if (tells) {
            toolsChanged.run();
        }
    }

    private void ended(@Nullable LlmException failure) {
        long wait;
        synchronized (this) {
            if (over || !session.isUsable() || (failure != null && FINAL.contains(failure.kind()))) {
                return;
            }
            missed = true;
            long now = settings.timer().nanoTime();
            delay = now - opened > LONGEST_DELAY ? FIRST_DELAY : Math.min(delay * 2, LONGEST_DELAY);
            wait = delay;
        }
        toolsChanged.run();
        stopWith(settings.timer().after(wait, this::begin));
    }

    void end() {
        Runnable last;
        synchronized (this) {
            over = true;
            last = stop;
        }
        last.run();
    }
}

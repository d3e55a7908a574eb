package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The stream on which a server announces that its tools changed. If the stream ends, it is opened again, after a delay that doubles
 * each time; changes between two streams are not announced, so then the tools count as changed.
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
    private volatile boolean over;
    private volatile @Nullable Pending subscription;
    private volatile Runnable cancelAlarm = () -> {};
    private volatile long delay = FIRST_DELAY;
    private volatile long opened;

    Listening(Session session, Link link, McpSettings settings, Runnable toolsChanged) {
        this.session = session;
        this.link = link;
        this.settings = settings;
        this.toolsChanged = toolsChanged;
    }

    void begin() {
        if (over || !session.isUsable()) {
            return;
        }
        opened = settings.timer().nanoTime();
        if (session.protocol().isStateless()) {
            Map<String, Object> wanted = Map.of("notifications", Map.of("toolsListChanged", true));
            Pending request = session.request(Protocol.LISTEN, wanted, Pending.Options.unlimited());
            subscription = request;
            var unused = request.answer().whenComplete((result, thrown) -> {
                if (!(thrown instanceof CancellationException)) {
                    ended(thrown == null ? null : LlmException.of(thrown));
                }
            });
            if (over) {
                request.answer().cancel(true);
            }
        } else {
            over = !link.listen(this::ended);
        }
    }

    private void ended(@Nullable LlmException failure) {
        if (over || !session.isUsable() || (failure != null && FINAL.contains(failure.kind()))) {
            return;
        }
        toolsChanged.run();
        long now = settings.timer().nanoTime();
        delay = now - opened > LONGEST_DELAY ? FIRST_DELAY : Math.min(delay * 2, LONGEST_DELAY);
        cancelAlarm = settings.timer().after(delay, this::begin);
        if (over) {
            cancelAlarm.run();
        }
    }

    void end() {
        over = true;
        cancelAlarm.run();
        Pending open = subscription;
        if (open != null) {
            open.answer().cancel(true);
        }
    }
}

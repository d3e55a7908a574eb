package dev.postern.server.access;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.call.Instrumentation;
import dev.postern.server.http.RequestPool;
import dev.postern.spi.Settings;
import dev.postern.usage.BudgetStore;
import dev.postern.usage.InProcessBudgetStore;
import dev.postern.usage.Pricing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a gateway. It reads the section {@code server} of the configuration, finds the caller of each request, and keeps
 * the limits. Thread-safe; {@link #admit} does not block.
 */
public final class AccessControl implements AutoCloseable {
    private static final String BEARER = "bearer ";
    /** Callers have an account for each of their limits; so many for keys, and as many for subjects of tokens. */
    private static final int ACCOUNTS = 100_000;

    private final boolean loopback;
    private final boolean noKeys;
    private final InstantSource clock;
    private final BudgetStore store;
    private final RequestLimits requests;
    private final Duration interval;
    private final Refusals refusals;
    private volatile State state = new State(false, () -> ApiKeys.NONE, null, null, null);
    private @Nullable ScheduledExecutorService watching;

    /** What the current configuration says. */
    private record State(
            boolean asks,
            Supplier<ApiKeys> keys,
            @Nullable WatchedFiles<ApiKeys> file,
            @Nullable Tokens tokens,
            @Nullable AccessSettings settings) {}

    /** The check of tokens, with the settings for which its keys were read. */
    private record Tokens(JwtSettings settings, JwkCache cache, JwtVerifier verifier) {}

    /**
     * Creates a control that asks for no keys until {@link #read} has read a configuration.
     *
     * @param loopback whether the server listens on a loopback address
     * @param noKeys whether the operator says that the server asks for no keys
     * @param clock the clock of limits and expiries
     * @param interval how often the file of keys is checked for changes
     * @param refusals is told about requests that limits refuse
     */
    public AccessControl(boolean loopback, boolean noKeys, InstantSource clock, Duration interval, Refusals refusals) {
        this.loopback = loopback;
        this.noKeys = noKeys;
        this.clock = clock;
        this.interval = interval;
        store = new CallerAccounts(
                new InProcessBudgetStore(clock, ACCOUNTS, ACCOUNTS),
                new InProcessBudgetStore(clock, ACCOUNTS, ACCOUNTS));
        this.refusals = refusals;
        requests = new RequestLimits(store, clock, refusals);
    }

    /**
     * Reads the section {@code server}; the result puts it into effect.
     *
     * @param prices the prices that the section names
     * @param adminLocal whether the page for operators has no address of its own, or a loopback address
     * @throws LlmException of kind CONFIGURATION if it is invalid, or if the server would have to ask for keys and has none
     */
    public Runnable read(Settings server, Optional<Pricing> prices, boolean adminLocal) {
        AccessSettings settings = AccessSettings.of(server, prices);
        boolean asks =
                StartRules.asksForKeys(settings.declaresKeys(), loopback && adminLocal, settings.proxied(), noKeys);
        WatchedFiles<ApiKeys> file = settings.keysFile()
                .map(path -> new WatchedFiles<>("The file of keys", List.of(path), () -> keys(path, settings)))
                .orElse(null);
        ApiKeys inline = new ApiKeys(settings.keys());
        Supplier<ApiKeys> keys = file == null ? () -> inline : file::value;
        Tokens tokens = settings.jwt().map(this::tokens).orElse(null);
        return () -> use(new State(asks, keys, file, tokens, settings));
    }

    /** The keys of the file and those of the configuration. */
    private static ApiKeys keys(Path file, AccessSettings settings) {
        Map<String, ApiKey> all = new LinkedHashMap<>(settings.keys());
        ApiKeysFile.read(file, settings.prices().isPresent()).forEach((id, key) -> {
            if (all.put(id, key) != null) {
                throw new LlmException(
                        Kind.CONFIGURATION,
                        file + ": keys." + id + ": is a key of server.keys.inline, too; remove one of them");
            }
        });
        return new ApiKeys(all);
    }

    private static boolean hasSameKeys(JwtSettings before, JwtSettings now) {
        return before.url().map(Object::toString).equals(now.url().map(Object::toString))
                && before.file().equals(now.file())
                && before.valid().equals(now.valid());
    }

    /** The check of tokens. Keys of the issuer that were read already are kept, as it may not answer just now. */
    private Tokens tokens(JwtSettings settings) {
        Tokens before = state.tokens();
        JwkCache cache = before != null && hasSameKeys(before.settings(), settings)
                ? before.cache()
                : new JwkCache(
                        settings.url()
                                .map(JwkSource::of)
                                .orElseGet(() -> JwkSource.of(settings.file().orElseThrow())),
                        settings.valid(),
                        System::nanoTime);
        return new Tokens(settings, cache, new JwtVerifier(settings, cache, clock));
    }

    private synchronized void use(State next) {
        state = next;
        if (next.file() != null && watching == null) {
            watching = Executors.newSingleThreadScheduledExecutor(RequestPool.named("gateway-keys-"));
            long millis = interval.toMillis();
            var unused = watching.scheduleWithFixedDelay(this::check, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void check() {
        WatchedFiles<ApiKeys> file = state.file();
        if (file != null) {
            file.check();
        }
    }

    /** Whether requests need a key. */
    public boolean asksForKeys() {
        return state.asks();
    }

    /** The checks of backends and models, and the limits of tokens and cost, for the gateway. */
    public Instrumentation instrumentation() {
        Instrumentation.Builder all =
                Instrumentation.builder().interceptor(new AskedBackend()).attemptInterceptor(new CallerRules());
        CallerBudget.all(this::pricing, store, clock, refusals).forEach(all::attemptInterceptor);
        return all.build();
    }

    private @Nullable Pricing pricing() {
        AccessSettings settings = state.settings();
        return settings == null ? null : settings.prices().orElse(null);
    }

    /**
     * Finds the caller of a request and counts the request. The stage fails with an {@link AccessException} if the request is
     * refused.
     *
     * @param path the path as the router compares it: not decoded, without the query
     * @param header gives the first value of a header; an empty text for none
     */
    public CompletionStage<Admission> admit(String method, String path, UnaryOperator<String> header) {
        State now = state;
        PathRules.Need need = PathRules.of(method, path);
        if (need == PathRules.Need.NOTHING || !now.asks()) {
            return CompletableFuture.completedStage(Admission.OPEN);
        }
        String text = credential(header);
        if (text.isEmpty()) {
            return CompletableFuture.failedStage(AccessException.noKey());
        }
        return caller(now, text).thenCompose(caller -> {
            if (need == PathRules.Need.ADMIN && !caller.admin()) {
                return CompletableFuture.failedStage(AccessException.notAdmin());
            }
            return requests.enter(caller).thenApply(leave -> new Admission(caller, leave));
        });
    }

    private CompletionStage<Caller> caller(State now, String text) {
        if (now.tokens() != null && JwtVerifier.isToken(text)) {
            return now.tokens().verifier().caller(text);
        }
        Optional<Caller> known = now.keys().get().find(text, clock.instant());
        return known.<CompletionStage<Caller>>map(CompletableFuture::completedStage)
                .orElseGet(() -> CompletableFuture.failedStage(AccessException.invalidKey()));
    }

    /** The key or token of a request. */
    private static String credential(UnaryOperator<String> header) {
        String authorization = header.apply("Authorization").strip();
        if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        return header.apply("x-api-key").strip();
    }

    /** Ends the watching of files. */
    @Override
    public synchronized void close() {
        if (watching != null) {
            watching.shutdownNow();
        }
    }
}

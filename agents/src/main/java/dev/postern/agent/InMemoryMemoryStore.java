package dev.postern.agent;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores memories in the memory of this process only, with bounds: a full namespace refuses new keys, and when all
 * memories together are too large, the least recently used namespace is dropped. Thread-safe.
 */
public final class InMemoryMemoryStore implements MemoryStore {
    private final int maxPerNamespace;
    private final long maxCharacters;
    private final Clock clock;

    private final Object lock = new Object();

    /** By namespace, then by key. The least recently used namespace comes first. Guarded by the lock. */
    private final LinkedHashMap<String, Map<String, Memory>> namespaces = new LinkedHashMap<>(16, 0.75f, true);

    /** The size of all memories, in characters. Guarded by the lock. */
    private long characters;

    private InMemoryMemoryStore(Builder builder) {
        maxPerNamespace = builder.maxPerNamespace;
        maxCharacters = builder.maxCharacters;
        clock = builder.clock;
    }

    /** Creates an empty store with the defaults. */
    public static InMemoryMemoryStore create() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void store(String namespace, String key, String content, String source) {
        Memory memory =
                new Memory(namespace, key, content, source, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        synchronized (lock) {
            Map<String, Memory> space = namespaces.computeIfAbsent(namespace, name -> new HashMap<>());
            if (space.size() >= maxPerNamespace && !space.containsKey(key)) {
                throw Validation.refused(
                        "key",
                        "the namespace has " + maxPerNamespace + " memories, which is the maximum; delete some first");
            }
            characters += SizeEstimate.of(memory) - size(space.put(key, memory));
            makeRoom();
        }
    }

    @Override
    public Optional<Memory> get(String namespace, String key) {
        Memory.checkKey(key);
        synchronized (lock) {
            return Optional.ofNullable(space(namespace).get(key));
        }
    }

    @Override
    public List<ScoredMemory> search(String namespace, String query, int topK) {
        Memory.checkQuery(query);
        int limit = limit("top_k", topK);
        String folded = query.toLowerCase(Locale.ROOT);
        List<ScoredMemory> found = new ArrayList<>();
        for (Memory memory : all(namespace)) {
            if (memory.content().toLowerCase(Locale.ROOT).contains(folded)) {
                found.add(ScoredMemory.of(memory, query));
            }
        }
        return first(limit, found, ScoredMemory.BEST_FIRST);
    }

    @Override
    public boolean delete(String namespace, String key) {
        Memory.checkKey(key);
        synchronized (lock) {
            Map<String, Memory> space = space(namespace);
            Memory removed = space.remove(key);
            characters -= size(removed);
            if (space.isEmpty()) {
                namespaces.remove(namespace);
            }
            return removed != null;
        }
    }

    @Override
    public List<Memory> list(String namespace, int limit) {
        return first(limit("limit", limit), all(namespace), Memory.NEWEST_FIRST);
    }

    @Override
    public List<Memory> listChildren(String namespace, int limit) {
        int most = limit("limit", limit);
        Memory.checkNamespace(namespace);
        List<Memory> all = new ArrayList<>();
        synchronized (lock) {
            namespaces.forEach((name, space) -> {
                if (name.startsWith(namespace + ":")) {
                    all.addAll(space.values());
                }
            });
        }
        all.sort(Memory.NEWEST_FIRST);
        Set<String> seen = new HashSet<>();
        all.removeIf(memory -> !seen.add(memory.key()));
        return first(most, all, Memory.NEWEST_FIRST);
    }

    @Override
    public List<NamespaceInfo> namespaces(String namespace, int limit) {
        int most = limit("limit", limit);
        Memory.checkNamespace(namespace);
        List<NamespaceInfo> found = new ArrayList<>();
        synchronized (lock) {
            namespaces.forEach((name, space) -> {
                if (name.equals(namespace) || name.startsWith(namespace + ":")) {
                    found.add(new NamespaceInfo(name, space.size()));
                }
            });
        }
        return first(most, found, Comparator.comparing(NamespaceInfo::namespace));
    }

    private List<Memory> all(String namespace) {
        synchronized (lock) {
            return new ArrayList<>(space(namespace).values());
        }
    }

    /** Returns the namespace and marks it as used; for an unknown one, an empty map that is not stored. */
    private Map<String, Memory> space(String namespace) {
        Memory.checkNamespace(namespace);
        Map<String, Memory> known = namespaces.get(namespace);
        return known == null ? new HashMap<>() : known;
    }

    /** Drops the least recently used namespaces. The one that was written last is at the end of the map and stays. */
    private void makeRoom() {
        Iterator<Map<String, Memory>> oldestFirst = namespaces.values().iterator();
        while (characters > maxCharacters && namespaces.size() > 1) {
            for (Memory memory : oldestFirst.next().values()) {
                characters -= SizeEstimate.of(memory);
            }
            oldestFirst.remove();
        }
    }

    private static long size(@Nullable Memory memory) {
        return memory == null ? 0 : SizeEstimate.of(memory);
    }

    private static int limit(String field, int limit) {
        return Math.min(MAX_LIMIT, Validation.atLeastZero(field, limit));
    }

    private static <T> List<T> first(int limit, List<T> all, Comparator<? super T> order) {
        return all.stream().sorted(order).limit(limit).toList();
    }

    /** Builds the store. Not thread-safe. */
    public static final class Builder {
        private int maxPerNamespace = 1000;
        private long maxCharacters = 64L << 20;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sets the maximum number of memories in a namespace; default 1000. */
        public Builder maxPerNamespace(int count) {
            maxPerNamespace = Validation.positive("maxPerNamespace", count);
            return this;
        }

        /**
         * Sets the largest size of all memories together, in characters; default 64 Mi. The namespace that was written
         * last is never dropped.
         */
        public Builder maxCharacters(long count) {
            maxCharacters = Validation.positive("maxCharacters", count);
            return this;
        }

        /** Sets the clock that gives the current time; default the system's, in UTC. */
        public Builder clock(Clock replaced) {
            clock = Objects.requireNonNull(replaced, "clock");
            return this;
        }

        /** Builds an empty store. */
        public InMemoryMemoryStore build() {
            return new InMemoryMemoryStore(this);
        }
    }
}

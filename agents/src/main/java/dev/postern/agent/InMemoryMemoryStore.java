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
 * Memories in the memory of this process, bounded: a full namespace takes no new key, and when all together weigh too
 * much, the namespace goes that was not used for the longest time. They end with the process. Thread-safe.
 */
public final class InMemoryMemoryStore implements MemoryStore {
    private final int maxPerNamespace;
    private final long maxCharacters;
    private final Clock clock;

    private final Object lock = new Object();

    /** By namespace, then by key; the one that was used the longest time ago comes first. Guarded by the lock. */
    private final LinkedHashMap<String, Map<String, Memory>> namespaces = new LinkedHashMap<>(16, 0.75f, true);

    /** What all memories weigh together. Guarded by the lock. */
    private long characters;

    private InMemoryMemoryStore(Builder builder) {
        maxPerNamespace = builder.maxPerNamespace;
        maxCharacters = builder.maxCharacters;
        clock = builder.clock;
    }

    /** With the defaults. */
    public static InMemoryMemoryStore create() {
        return builder().build();
    }

    /** Starts with the defaults. */
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
                throw Names.refused(
                        "key",
                        "the namespace holds " + maxPerNamespace + " memories, which is all it may; forget some first");
            }
            characters += Weight.of(memory) - weight(space.put(key, memory));
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
            characters -= weight(removed);
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

    /** The namespace, which counts as used now; an empty one that is not kept if it is not known. */
    private Map<String, Memory> space(String namespace) {
        Memory.checkNamespace(namespace);
        Map<String, Memory> known = namespaces.get(namespace);
        return known == null ? new HashMap<>() : known;
    }

    /** The namespace that was written last is at the end, and stays. */
    private void makeRoom() {
        Iterator<Map<String, Memory>> oldestFirst = namespaces.values().iterator();
        while (characters > maxCharacters && namespaces.size() > 1) {
            for (Memory memory : oldestFirst.next().values()) {
                characters -= Weight.of(memory);
            }
            oldestFirst.remove();
        }
    }

    private static long weight(@Nullable Memory memory) {
        return memory == null ? 0 : Weight.of(memory);
    }

    private static int limit(String field, int limit) {
        return Math.min(MAX_LIMIT, Names.atLeastZero(field, limit));
    }

    private static <T> List<T> first(int limit, List<T> all, Comparator<? super T> order) {
        return all.stream().sorted(order).limit(limit).toList();
    }

    /** Sets the bounds. Not thread-safe. */
    public static final class Builder {
        private int maxPerNamespace = 1000;
        private long maxCharacters = 64L << 20;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Memories in one namespace; default 1000. */
        public Builder maxPerNamespace(int count) {
            maxPerNamespace = Names.positive("maxPerNamespace", count);
            return this;
        }

        /** What all memories may weigh together, in characters; default 64 Mi. One namespace may always fill itself. */
        public Builder maxCharacters(long count) {
            maxCharacters = Names.positive("maxCharacters", count);
            return this;
        }

        Builder clock(Clock replaced) {
            clock = Objects.requireNonNull(replaced, "clock");
            return this;
        }

        /** The store, empty. */
        public InMemoryMemoryStore build() {
            return new InMemoryMemoryStore(this);
        }
    }
}

package dev.postern.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Specs in the memory of this process, with which they end. Thread-safe. */
public final class InMemoryAgentSpecStore implements AgentSpecStore {
    private final Map<String, Kept> specs = new TreeMap<>();
    private long bytes;

    /** A spec, and how many bytes it takes as JSON. */
    private record Kept(AgentSpec spec, int bytes) {
        static Kept of(AgentSpec spec) {
            return new Kept(spec, AgentSpecWriter.write(spec).length);
        }
    }

    private InMemoryAgentSpecStore() {}

    /** An empty one. */
    public static InMemoryAgentSpecStore create() {
        return new InMemoryAgentSpecStore();
    }

    @Override
    public synchronized List<AgentSpec> list() {
        return specs.values().stream().map(Kept::spec).toList();
    }

    @Override
    public synchronized Optional<AgentSpec> find(String id) {
        return Optional.ofNullable(specs.get(id)).map(Kept::spec);
    }

    @Override
    public synchronized boolean create(AgentSpec spec) {
        if (specs.containsKey(spec.id())) {
            return false;
        }
        checkRoom(specs.size());
        put(spec, 0);
        return true;
    }

    @Override
    public synchronized boolean replace(AgentSpec spec) {
        Kept before = specs.get(spec.id());
        if (before == null) {
            return false;
        }
        put(spec, before.bytes());
        return true;
    }

    private void put(AgentSpec spec, int before) {
        Kept kept = Kept.of(spec);
        if (kept.bytes() > before) {
            checkBytes(bytes - before + kept.bytes());
        }
        specs.put(spec.id(), kept);
        bytes += kept.bytes() - before;
    }

    @Override
    public synchronized boolean delete(String id) {
        Kept before = specs.remove(id);
        bytes -= before == null ? 0 : before.bytes();
        return before != null;
    }

    static void checkRoom(int count) {
        if (count >= MOST) {
            throw Names.refused("name", "there are " + MOST + " agents, which is all there may be; delete some first");
        }
    }

    static void checkBytes(long bytes) {
        if (bytes > MOST_BYTES) {
            throw Names.refused(
                    "name",
                    "the agents that are kept would take more than " + MOST_BYTES
                            + " bytes, which is all they may; delete some first, or shorten this one");
        }
    }
}

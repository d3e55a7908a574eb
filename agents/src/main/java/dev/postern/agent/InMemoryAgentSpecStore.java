package dev.postern.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Stores specs in the memory of this process only. Thread-safe. */
public final class InMemoryAgentSpecStore implements AgentSpecStore {
    private final Map<String, SizedSpec> specs = new TreeMap<>();
    private long bytes;

    /** A spec and its size as JSON, in bytes. */
    private record SizedSpec(AgentSpec spec, int bytes) {
        static SizedSpec of(AgentSpec spec) {
            return new SizedSpec(spec, AgentSpecWriter.write(spec).length);
        }
    }

    private InMemoryAgentSpecStore() {}

    /** Creates an empty store. */
    public static InMemoryAgentSpecStore create() {
        return new InMemoryAgentSpecStore();
    }

    @Override
    public synchronized List<AgentSpec> list() {
        return specs.values().stream().map(SizedSpec::spec).toList();
    }

    @Override
    public synchronized Optional<AgentSpec> find(String id) {
        return Optional.ofNullable(specs.get(id)).map(SizedSpec::spec);
    }

    @Override
    public synchronized boolean create(AgentSpec spec) {
        if (specs.containsKey(spec.id())) {
            return false;
        }
        AgentSpecStore.checkCount(specs.size());
        put(spec, 0);
        return true;
    }

    @Override
    public synchronized boolean replace(AgentSpec spec) {
        SizedSpec before = specs.get(spec.id());
        if (before == null) {
            return false;
        }
        put(spec, before.bytes());
        return true;
    }

    private void put(AgentSpec spec, int before) {
        SizedSpec kept = SizedSpec.of(spec);
        if (kept.bytes() > before) {
            AgentSpecStore.checkBytes(bytes - before + kept.bytes());
        }
        specs.put(spec.id(), kept);
        bytes += kept.bytes() - before;
    }

    @Override
    public synchronized boolean delete(String id) {
        SizedSpec before = specs.remove(id);
        bytes -= before == null ? 0 : before.bytes();
        return before != null;
    }
}

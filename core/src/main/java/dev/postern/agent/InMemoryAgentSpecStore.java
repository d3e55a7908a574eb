package dev.postern.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Specs in the memory of this process, with which they end. Thread-safe. */
public final class InMemoryAgentSpecStore implements AgentSpecStore {
    private final Map<String, AgentSpec> specs = new TreeMap<>();

    private InMemoryAgentSpecStore() {}

    /** An empty one. */
    public static InMemoryAgentSpecStore create() {
        return new InMemoryAgentSpecStore();
    }

    @Override
    public synchronized List<AgentSpec> list() {
        return List.copyOf(specs.values());
    }

    @Override
    public synchronized Optional<AgentSpec> find(String id) {
        return Optional.ofNullable(specs.get(id));
    }

    @Override
    public synchronized boolean create(AgentSpec spec) {
        if (specs.containsKey(spec.id())) {
            return false;
        }
        checkRoom(specs.size());
        specs.put(spec.id(), spec);
        return true;
    }

    static void checkRoom(int count) {
        if (count >= MOST) {
            throw Names.refused("name", "there are " + MOST + " agents, which is all there may be; delete some first");
        }
    }

    @Override
    public synchronized boolean replace(AgentSpec spec) {
        return specs.replace(spec.id(), spec) != null;
    }

    @Override
    public synchronized boolean delete(String id) {
        return specs.remove(id) != null;
    }
}

package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Specs in one JSON file of one process. The file is read when the store is opened, and with each change written anew beside
 * itself and then put in place in one step, so that it is whole at any time. What a process that was killed left beside it is
 * removed when the store is opened. Thread-safe.
 */
public final class FileAgentSpecStore implements AgentSpecStore {
    private static final int LONGEST = 64 << 20; // bytes
    private static final String SUFFIX = ".tmp";

    private final Path file;
    private TreeMap<String, AgentSpec> specs = new TreeMap<>(); // guarded by this

    private FileAgentSpecStore(Path file) {
        this.file = file.toAbsolutePath();
    }

    /**
     * Reads the file; one that does not exist is made with the first change, with its folder.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if it cannot be read, or holds something else
     */
    public static FileAgentSpecStore open(Path file) {
        FileAgentSpecStore store = new FileAgentSpecStore(file);
        store.removeLeftovers();
        store.read();
        return store;
    }

    private String prefix() {
        return "." + file.getFileName();
    }

    /** Whole copies of the file under names of which nobody knows any more. */
    private void removeLeftovers() {
        Pattern ours = Pattern.compile(Pattern.quote(prefix()) + "[0-9]+" + Pattern.quote(SUFFIX));
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        try (DirectoryStream<Path> beside = Files.newDirectoryStream(
                folder, path -> ours.matcher(path.getFileName().toString()).matches() && Files.isRegularFile(path))) {
            for (Path leftover : beside) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException | DirectoryIteratorException | SecurityException e) { // they do no harm
            System.getLogger("dev.postern.agent")
                    .log(Level.DEBUG, "leftovers of the store of the agents stay where they are", e);
        }
    }

    private synchronized void read() {
        byte[] json;
        try (InputStream in = Files.newInputStream(file)) {
            json = in.readNBytes(LONGEST + 1);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException | SecurityException e) {
            throw failure("cannot be read (" + e.getClass().getSimpleName() + ")", e);
        }
        if (json.length > LONGEST) {
            throw failure("is longer than " + LONGEST + " bytes", null);
        }
        try {
            AgentSpecReader.readAll(json).forEach(spec -> specs.put(spec.id(), spec));
        } catch (LlmException e) {
            throw failure("is no file of agents: " + e.getMessage(), e);
        }
    }

    private LlmException failure(String what, @Nullable Exception cause) {
        return LlmException.builder(Kind.CONFIGURATION, "The store of the agents, " + file.getFileName() + ", " + what)
                .cause(cause)
                .build();
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
        InMemoryAgentSpecStore.checkRoom(specs.size());
        change(next -> next.put(spec.id(), spec), true);
        return true;
    }

    @Override
    public synchronized boolean replace(AgentSpec spec) {
        if (!specs.containsKey(spec.id())) {
            return false;
        }
        change(next -> next.put(spec.id(), spec), true);
        return true;
    }

    @Override
    public synchronized boolean delete(String id) {
        if (!specs.containsKey(id)) {
            return false;
        }
        change(next -> next.remove(id), false);
        return true;
    }

    /** First the file, then what this process believes to be in it. */
    private void change(Consumer<Map<String, AgentSpec>> what, boolean grows) {
        TreeMap<String, AgentSpec> next = new TreeMap<>(specs);
        what.accept(next);
        byte[] json = AgentSpecWriter.write(List.copyOf(next.values()));
        if (grows) {
            InMemoryAgentSpecStore.checkBytes(json.length);
        }
        try {
            write(json);
        } catch (IOException | SecurityException e) {
            throw LlmException.builder(
                            Kind.SERVER,
                            "The store of the agents, " + file.getFileName() + ", cannot be written ("
                                    + e.getClass().getSimpleName() + "); nothing was changed.")
                    .cause(e)
                    .retryable(false)
                    .build();
        }
        specs = next;
    }

    private void write(byte[] json) throws IOException {
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path beside = Files.createTempFile(folder, prefix(), SUFFIX);
        try {
            Files.write(beside, json, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            try {
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /** The file's name. */
    @Override
    public String toString() {
        return "FileAgentSpecStore[" + file.getFileName() + "]";
    }
}

package dev.postern.agent;

import dev.postern.LlmException;
import dev.postern.ToolDefinition;
import dev.postern.schema.Description;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * The tools with which a model stores and finds memories in one namespace. Their results have the wording of the Python
 * Agentic Primitives Gateway.
 */
final class MemoryTools {
    private static final int DEFAULT_TOP_K = 5;
    private static final int DEFAULT_LIMIT = 20;

    /** How many characters of a content a list shows. */
    private static final int SHOWN = 100;

    /** The names of the tools, in the order in which they are sent to the model. */
    static final List<String> NAMES = List.of("remember", "recall", "search_memory", "forget", "list_memories");

    private static final String NONE = "No memories found.";

    private final MemoryStore store;
    private final String namespace;
    private final MemoryFailures failures;

    private MemoryTools(MemoryStore store, String namespace, MemoryFailures failures) {
        this.store = store;
        this.namespace = namespace;
        this.failures = failures;
    }

    /**
     * Returns the five tools. They block as long as the store does.
     *
     * @param failures collects the failures of the store
     */
    static List<Tool> of(MemoryStore store, String namespace, MemoryFailures failures) {
        Memory.checkNamespace(namespace);
        MemoryTools tools = new MemoryTools(store, namespace, failures);
        return List.of(
                tools.tool(
                        "remember",
                        "Store a text in long-term memory under a key. A text that is already stored under that"
                                + " key is replaced.",
                        Remember.class,
                        tools::remember),
                tools.tool("recall", "Read the memory that is stored under a key.", Recall.class, tools::recall),
                tools.tool(
                        "search_memory",
                        "Find memories whose text contains the query, in any letter case.",
                        SearchMemory.class,
                        tools::search),
                tools.tool("forget", "Delete the memory that is stored under a key.", Forget.class, tools::forget),
                tools.tool(
                        "list_memories", "List the stored memories, newest first.", ListMemories.class, tools::list));
    }

    /** Creates a tool. If the store refuses the arguments, the model gets the store's message. */
    private <A extends Record> Tool tool(
            String name, String description, Class<A> arguments, Function<A, String> function) {
        return Tool.of(name, description, arguments, call -> {
            try {
                return function.apply(call);
            } catch (RuntimeException | LinkageError e) {
                if (e instanceof LlmException refused && refused.kind() == LlmException.Kind.INVALID_REQUEST) {
                    throw new ToolException(String.valueOf(e.getMessage()), e);
                }
                failures.note("The memory of an agent failed in the tool '" + name + "'", e);
                throw e; // logged like the failure of any tool
            }
        });
    }

    /** Returns the definitions of the five tools. */
    static List<ToolDefinition> definitions() {
        return of(InMemoryMemoryStore.create(), "none", new MemoryFailures(false, null)).stream()
                .map(Tool::definition)
                .toList();
    }

    private record Remember(
            @Description("a short name for it, such as user_name")
            String key,

            @Description("what to remember") String content,
            @Description("where it is from") Optional<String> source) {}

    private record Recall(
            @Description("the key that it was stored under") String key) {}

    @SuppressWarnings("MemberName") // the name of the property in the tool's schema
    private record SearchMemory(
            @Description("a word or part of a sentence to look for")
            String query,

            @Description("how many memories at most, 5 by default")
            OptionalInt top_k) {}

    private record Forget(
            @Description("the key that it was stored under") String key) {}

    private record ListMemories(
            @Description("how many memories at most, 20 by default")
            OptionalInt limit) {}

    private String remember(Remember call) {
        store.store(namespace, call.key(), call.content(), call.source().orElse(""));
        return "Stored memory '" + call.key() + "'.";
    }

    private String recall(Recall call) {
        return store.get(namespace, call.key())
                .map(Memory::content)
                .orElseGet(() -> "No memory found for key '" + call.key() + "'.");
    }

    private String search(SearchMemory call) {
        return lines(store.search(namespace, call.query(), call.top_k().orElse(DEFAULT_TOP_K)).stream()
                .map(found -> "- [" + twoDigits(found.score()) + "] "
                        + found.memory().key() + ": " + found.memory().content())
                .toList());
    }

    private String forget(Forget call) {
        return "Deleted: " + (store.delete(namespace, call.key()) ? "True" : "False");
    }

    private String list(ListMemories call) {
        return lines(store.list(namespace, call.limit().orElse(DEFAULT_LIMIT)).stream()
                .map(memory -> "- " + memory.key() + ": " + beginning(memory.content()))
                .toList());
    }

    private static String lines(List<String> lines) {
        return lines.isEmpty() ? NONE : String.join("\n", lines);
    }

    /** Cuts between code points, never within a surrogate pair. */
    private static String beginning(String content) {
        int characters = content.codePointCount(0, content.length());
        return characters <= SHOWN ? content : content.substring(0, content.offsetByCodePoints(0, SHOWN));
    }

    /** Rounds half to even, as Python does. */
    private static String twoDigits(double score) {
        return new BigDecimal(score).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}

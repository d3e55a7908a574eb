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

/** The tools by which a model keeps and finds memories in one namespace. Their answers are texts that it knows. */
final class MemoryTools {
    private static final int DEFAULT_TOP_K = 5;
    private static final int DEFAULT_LIMIT = 20;

    /** Characters of a content that a list shows. */
    private static final int SHOWN = 100;

    /** Their names, in the order in which a model is told of them. */
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
     * The five tools; they block as long as the store does.
     *
     * @param failures is told what the store fails with
     */
    static List<Tool> of(MemoryStore store, String namespace, MemoryFailures failures) {
        Memory.checkNamespace(namespace);
        MemoryTools tools = new MemoryTools(store, namespace, failures);
        return List.of(
                tools.tool(
                        "remember",
                        "Store something in long-term memory, under a key by which it can be found again. What was"
                                + " stored under that key before is replaced.",
                        Remember.class,
                        tools::remember),
                tools.tool("recall", "Read what is stored in memory under a key.", Recall.class, tools::recall),
                tools.tool(
                        "search_memory",
                        "Find memories whose text contains the query, in any letter case.",
                        SearchMemory.class,
                        tools::search),
                tools.tool("forget", "Delete what is stored in memory under a key.", Forget.class, tools::forget),
                tools.tool(
                        "list_memories",
                        "List what is stored in memory, newest first.",
                        ListMemories.class,
                        tools::list));
    }

    /** A tool whose function may be refused by the store: that says what is wrong with the arguments, for the model to read. */
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
                throw e; // logged as the failure of any tool
            }
        });
    }

    /** What a model is told of them. */
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

    @SuppressWarnings("MemberName") // the property's name, as models know it
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

    /** Whole characters, no half of a pair. */
    private static String beginning(String content) {
        int characters = content.codePointCount(0, content.length());
        return characters <= SHOWN ? content : content.substring(0, content.offsetByCodePoints(0, SHOWN));
    }

    /** As Python writes a number with two digits: what lies exactly between two goes to the even one. */
    private static String twoDigits(double score) {
        return new BigDecimal(score).setScale(2, RoundingMode.HALF_EVEN).toPlainString();
    }
}

package dev.postern.openai;

import dev.postern.CacheMark;
import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.Message;
import dev.postern.ProviderData;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.openai.RequestRules.SystemMessages;
import dev.postern.openai.RequestRules.Turns;
import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.MaxTokens;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Requests with the profiles of their servers. The body of {@code SOME_CASE} is {@code golden/request/some-case.json}.
 */
final class RequestCases {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] PDF = "%PDF".getBytes(StandardCharsets.UTF_8);

    private static final ToolDefinition WEATHER = ToolDefinition.of(
            "get_weather",
            "The weather of a city.",
            fields(
                    "type",
                    "object",
                    "properties",
                    fields("city", fields("type", "string"), "days", fields("type", List.of("integer", "null"))),
                    "required",
                    List.of("city")));
    private static final ToolDefinition TIME = new ToolDefinition("get_time", "", Map.of());
    /** Objects without properties, and properties whose names are keywords. */
    private static final List<ToolDefinition> BARE = List.of(
            ToolDefinition.of("a", "", fields("type", "object")),
            ToolDefinition.of("untyped", "", fields("properties", fields("x", fields("type", "string")))),
            ToolDefinition.of("combined", "", fields("anyOf", List.of(fields("type", "object")))),
            ToolDefinition.of("b", "", fields("type", "object", "properties", fields(), "required", List.of())),
            ToolDefinition.of(
                    "c",
                    "",
                    fields(
                            "type",
                            "object",
                            "properties",
                            fields(
                                    "type",
                                    fields("type", "string"),
                                    "properties",
                                    fields("type", List.of("object", "null")),
                                    "list",
                                    fields("type", "array", "items", fields("type", "object")),
                                    "any",
                                    fields("anyOf", List.of(fields("type", "object"), fields("type", "null"))),
                                    "enum",
                                    fields("enum", List.of(fields("type", "object")))),
                            "required",
                            List.of("list"))));

    private static final ResponseFormat SCHEMA = ResponseFormat.jsonSchema(
            "city",
            fields(
                    "type",
                    "object",
                    "properties",
                    fields("name", fields("type", "string")),
                    "required",
                    List.of("name")));

    private static final ToolCall PARIS = ToolCall.of("call_a1", "get_weather", fields("city", "Paris", "days", 2));
    private static final ToolCall NOW = ToolCall.of("call_b2", "get_time", Map.of());

    // Texts and settings.

    static final Case PLAIN = toGeneric(ask("Hello"));
    static final Case MODEL_ABSENT =
            new Case("", ServerProfile.GENERIC, false, ask("Hello").build());
    static final Case SYSTEM = toGeneric(ask("Hello").system("Be brief."));
    static final Case SYSTEM_IN_BETWEEN = toGeneric(ask("Hello")
            .system("Be brief.")
            .assistant("Hi.")
            .message(Message.system("Now be long."))
            .user("And?"));
    static final Case SAMPLING = toGeneric(ask("Hello")
            .temperature(0.7)
            .maxTokens(256)
            .topP(0.9)
            .stop("END", "\n\n")
            .seed(42L)
            .presencePenalty(0.5)
            .frequencyPenalty(-0.25)
            .reasoningEffort("low"));
    static final Case SAMPLING_EXTREMES = toGeneric(ask("Hello")
            .temperature(0.0)
            .maxTokens(1)
            .topP(1.0)
            .seed(Long.MIN_VALUE)
            .presencePenalty(-2.0)
            .frequencyPenalty(1e-7));
    static final Case REQUEST_METADATA =
            toGeneric(ask("Hello").reasoningEffort("low").requestMetadata(Map.of("team", "search", "env", "test")));
    static final Case NOTES_ARE_NOT_SENT = toGeneric(ask("Hello").notes(Map.of("user", "u1")));
    static final Case CHARACTERS = toGeneric(ask("é漢🙂 \"quoted\" \\ / \u0000 \u001f \u2028 \ud800 half"));
    static final Case MAX_TOKENS = toGeneric(ask("Hello").maxTokens(10));
    static final Case MAX_COMPLETION_TOKENS = to(
            ServerProfile.GENERIC.with(MaxTokens.MAX_COMPLETION_TOKENS),
            ask("Hello").maxTokens(10));
    static final Case STREAM = streamedTo(ServerProfile.GENERIC, ask("Hello"));
    static final Case STREAM_WITHOUT_USAGE = streamedTo(ServerProfile.GENERIC.withStreamUsage(false), ask("Hello"));

    // Messages.

    static final Case TEXTS_ARE_JOINED =
            toGeneric(ask().user(Content.text("Hel"), Content.text(""), Content.text("lo")));
    static final Case USER_EMPTY = toGeneric(ask().user(new Content[0]));
    static final Case IMAGE_DATA =
            toGeneric(ask().user(Content.text("What is this?"), Content.image("image/png", PNG)));
    static final Case IMAGE_URL = toGeneric(ask().user(Content.imageUrl("https://example.org/cat.png?size=1&x=2")));
    static final Case DOCUMENT =
            toGeneric(ask().user(Content.document("application/pdf", "report.pdf", PDF), Content.text("Sum up.")));
    static final Case DOCUMENT_WITHOUT_NAME = toGeneric(ask().user(Content.document("application/pdf", "", PDF)));
    static final Case IMAGE_DETAIL = toGeneric(ask().user(
                    new Content.Image("", "", "https://example.org/cat.png", "low"),
                    new Content.Image("image/png", Base64.getEncoder().encodeToString(PNG), "", "high")));
    static final Case IMAGE_GS_GEMINI = to(ServerProfile.GEMINI, ask().user(Content.imageUrl("gs://bucket/cat.png")));
    static final Case DOCUMENT_BY_ID = to(
            ServerProfile.OPENAI,
            ask().user(Content.documentId("file-1"), new Content.Document("application/pdf", "a.pdf", "", "file-2")));
    static final Case AUDIO = to(
            ServerProfile.OPENAI,
            ask().user(
                            Content.text("Who speaks?"),
                            Content.audio("audio/wav", PNG),
                            Content.audio("audio/mpeg", PNG),
                            Content.audio("audio/x-flac", PNG)));
    static final Case NAMES = to(
            ServerProfile.OPENAI,
            ask().message(Message.system("Be brief.").withName("ops"))
                    .message(Message.user("Hello").withName("alice"))
                    .message(Message.assistant("Hi.").withName("bot"))
                    .message(Message.user("And me?").withName("bob")));
    static final Case DEVELOPER_OPENAI = to(
            ServerProfile.OPENAI,
            ask("Hello").message(Message.developer("Be brief.")).user("And?"));
    static final Case DEVELOPER_IS_SYSTEM_FOR_OTHERS =
            toGeneric(ask("Hello").message(Message.developer("Be brief.")).user("And?"));
    static final Case ASSISTANT_EMPTY = toGeneric(ask("Hello").assistant("").user("Well?"));

    static final Case ASSISTANT_REASONING_ALONE = toGeneric(ask("Hello")
            .message(assistant(Content.Reasoning.of("Hm."), Content.text("")))
            .user("Well?"));
    static final Case ASSISTANT_BLANK =
            toGeneric(ask("Hello").message(assistant(Content.text(" \n"))).user("Well?"));
    static final Case ASSISTANT_DATA_ALONE = toGeneric(ask("Hello")
            .message(assistant(attached("generic", fields("reasoning_opaque", "b3Bh"))))
            .user("Well?"));
    static final Case TURNS_ALTERNATE = to(
            ServerProfile.GENERIC.with(RequestRules.GENERIC.with(Turns.ALTERNATING)),
            ask("Hello")
                    .assistant("")
                    .message(Message.user("Well?").withName("alice"))
                    .user(Content.imageUrl("https://example.org/cat.png"), Content.text("This."))
                    .assistant("Let me see.")
                    .message(assistant(Content.text("One moment."), PARIS, NOW))
                    .toolResults(ToolResult.of("call_a1", "18 C"))
                    .toolResults(ToolResult.of("call_b2", "12:00"))
                    .user("Thanks.")
                    .user("Bye."));
    static final Case SYSTEM_FIRST =
            to(ServerProfile.GENERIC.with(RequestRules.GENERIC.with(SystemMessages.FIRST)), instructed());
    static final Case SYSTEM_FIRST_IN_TURNS = to(
            ServerProfile.GENERIC.with(
                    RequestRules.GENERIC.with(SystemMessages.FIRST).with(Turns.ALTERNATING)),
            instructed());
    static final Case SYSTEM_IN_THE_FIRST_MESSAGE =
            to(ServerProfile.GENERIC.with(RequestRules.GENERIC.with(SystemMessages.NONE)), instructed());
    static final Case SYSTEM_ALONE_IN_A_MESSAGE = to(
            ServerProfile.GENERIC.with(RequestRules.GENERIC.with(SystemMessages.NONE)),
            ask().message(Message.system("Say hello.")));
    static final Case DEVELOPER_FIRST = to(
            ServerProfile.OPENAI.with(ServerProfile.OPENAI.rules().with(SystemMessages.FIRST)),
            ask("Hello").message(Message.developer("Be brief.")).user("And?"));

    // Tools.

    static final Case OBJECT_SCHEMAS_GENERIC =
            to(ServerProfile.GENERIC, ask("Weather?").tools(BARE));
    static final Case OBJECT_SCHEMAS_OPENAI =
            to(ServerProfile.OPENAI, ask("Weather?").tools(BARE));
    static final Case OBJECT_SCHEMAS_LMSTUDIO =
            to(ServerProfile.LMSTUDIO, ask("Weather?").tools(BARE));
    static final Case OBJECT_SCHEMAS_GEMINI =
            to(ServerProfile.GEMINI, ask("Weather?").tools(BARE));

    static final Case TOOLS = toGeneric(ask("Weather?").tool(WEATHER).tool(TIME));
    static final Case TOOLS_STRICT = to(
            ServerProfile.OPENAI, ask("Weather?").tool(WEATHER.withStrict(true)).tool(TIME));
    static final Case TOOLS_NONE = toGeneric(
            ask("Weather?").tools(List.of()).toolChoice(ToolChoice.AUTO).parallelToolCalls(false));
    static final Case TOOLS_PARALLEL = toGeneric(ask("Weather?").tool(TIME).parallelToolCalls(true));
    static final Case TOOL_CHOICE_AUTO = toGeneric(ask("Weather?").tool(TIME).toolChoice(ToolChoice.AUTO));
    static final Case TOOL_CHOICE_NONE = toGeneric(ask("Weather?").tool(TIME).toolChoice(ToolChoice.NONE));
    static final Case TOOL_CHOICE_ANY = toGeneric(ask("Weather?").tool(TIME).toolChoice(ToolChoice.ANY));
    static final Case TOOL_CHOICE_NAMED =
            toGeneric(ask("Weather?").tool(WEATHER).tool(TIME).toolChoice(ToolChoice.named("get_time")));
    static final Case TOOL_CHOICE_NAMED_AS_STRING = to(
            ServerProfile.LMSTUDIO, ask("Weather?").tool(WEATHER).tool(TIME).toolChoice(ToolChoice.named("get_time")));
    static final Case TOOL_CHOICE_ANY_AS_STRING =
            to(ServerProfile.LMSTUDIO, ask("Weather?").tool(WEATHER).tool(TIME).toolChoice(ToolChoice.ANY));
    static final Case TOOL_CHOICE_VENDOR = toGeneric(ask("Weather?")
            .tool(TIME)
            .toolChoice(new ToolChoice.Vendor(fields("type", "allowed_tools", "mode", "auto", "tools", List.of()))));

    // Calls and results.

    static final Case CALL_CONTENT_NULL = to(ServerProfile.GENERIC.with(EmptyContent.NULL), afterCall());
    static final Case CALL_CONTENT_EMPTY = to(ServerProfile.GENERIC.with(EmptyContent.EMPTY), afterCall());
    static final Case CALL_CONTENT_OMITTED = to(ServerProfile.GENERIC.with(EmptyContent.OMIT), afterCall());
    static final Case CALL_WITH_TEXT = toGeneric(ask("Weather?")
            .message(assistant(Content.text("Let me see."), PARIS))
            .toolResults(ToolResult.of("call_a1", "18 C")));
    static final Case CALL_MALFORMED = toGeneric(ask("Weather?")
            .message(assistant(ToolCall.malformed("call_a1", "get_weather", "{\"city\":")))
            .toolResults(ToolResult.error("call_a1", "The arguments are no JSON.")));
    static final Case RESULTS_BATCHED = toGeneric(ask("Weather and time?")
            .message(assistant(PARIS, NOW))
            .toolResults(ToolResult.of("call_a1", "{\"c\":18}"), ToolResult.of("call_b2", "12:00")));
    static final Case RESULTS_ONE_BY_ONE = toGeneric(ask("Weather and time?")
            .message(assistant(PARIS, NOW))
            .toolResults(ToolResult.of("call_a1", "18 C"))
            .toolResults(ToolResult.of("call_b2", "12:00")));
    static final Case RESULT_EMPTY = toGeneric(
            ask("Weather?").message(assistant(PARIS)).toolResults(new ToolResult("call_a1", List.of(), false)));
    static final Case RESULT_ERROR = toGeneric(
            ask("Weather?").message(assistant(PARIS)).toolResults(ToolResult.error("call_a1", "no such city")));
    static final Case RESULT_WITH_IMAGE = toGeneric(ask("Weather and time?")
            .message(assistant(PARIS, NOW))
            .toolResults(
                    new ToolResult("call_a1", List.of(Content.text("A map:"), Content.image("image/png", PNG)), false),
                    ToolResult.of("call_b2", "12:00")));
    static final Case RESULT_WITH_IMAGE_ALONE_MISTRAL = to(
            ServerProfile.MISTRAL,
            ask("Weather?")
                    .message(assistant(PARIS))
                    .toolResults(new ToolResult("call_a1", List.of(Content.image("image/png", PNG)), false)));
    static final Case RESULT_WITH_TEXT = toGeneric(ask("Weather?")
            .message(assistant(PARIS))
            .message(new Message(
                    Role.USER, List.of(ToolResult.of("call_a1", "18 C"), Content.text("In Fahrenheit, please.")))));

    // Data that goes back to the server that sent it.

    static final Case REASONING_IS_NOT_SENT = toGeneric(afterThoughtAndCall());
    static final Case REASONING_DEEPSEEK = to(ServerProfile.DEEPSEEK, afterThoughtAndCall());
    static final Case REASONING_OPENROUTER = to(ServerProfile.OPENROUTER, afterThoughtAndCall());
    static final Case REASONING_WITHOUT_CALL_DEEPSEEK = to(
            ServerProfile.DEEPSEEK,
            ask("Hello")
                    .message(assistant(Content.Reasoning.of("Hm."), Content.text("Hi.")))
                    .user("And?"));
    /** DeepSeek's documentation: with tools, every assistant message has the field, also one without reasoning. */
    static final Case REASONING_TOOL_TURN_DEEPSEEK = to(ServerProfile.DEEPSEEK, toolTurn());

    static final Case REASONING_TOOL_TURN_MOONSHOT = to(ServerProfile.MOONSHOT, toolTurn());
    static final Case REASONING_WITHOUT_TOOLS_MOONSHOT = to(
            ServerProfile.MOONSHOT,
            ask("Hello")
                    .message(assistant(Content.Reasoning.of("Hm."), Content.text("Hi.")))
                    .user("And?"));
    /** earendil-works/pi#1502: both fields are sent back unchanged. */
    static final Case REASONING_OPAQUE_COPILOT = toGeneric(ask("Weather?")
            .message(assistant(
                    Content.Reasoning.of("Hm."),
                    attached("generic", fields("reasoning_text", "Hm.", "reasoning_opaque", "b3Bh")),
                    PARIS))
            .toolResults(ToolResult.of("call_a1", "18 C")));

    static final Case REASONING_OPAQUE_ALONE_COPILOT = toGeneric(ask("Weather?")
            .message(assistant(
                    Content.Reasoning.of("Hm."), attached("generic", fields("reasoning_opaque", "b3Bh")), PARIS))
            .toolResults(ToolResult.of("call_a1", "18 C")));
    /** langgenius/dify#41092. */
    static final Case THINKING_BLOCKS_LITELLM = to(
            ServerProfile.LITELLM,
            ask("Weather?")
                    .message(assistant(
                            Content.Reasoning.of("Hm."),
                            attached(
                                    "litellm",
                                    fields(
                                            "thinking_blocks",
                                            List.of(fields(
                                                    "type", "thinking", "thinking", "Hm.", "signature", "c2ln")))),
                            PARIS))
                    .toolResults(ToolResult.of("call_a1", "18 C")));

    static final Case DATA_THAT_REPEATS_FIELDS_OF_THE_MESSAGE = toGeneric(ask("Weather?")
            .message(assistant(
                    attached("generic", fields("role", "system", "content", "x", "tool_calls", List.of(), "a", 1)),
                    PARIS.with(new ProviderData("openai/generic", fields("id", "x", "function", "y", "b", 2)))))
            .toolResults(ToolResult.of("call_a1", "18 C")));
    static final Case REASONING_SIGNED_BY_ANOTHER_VENDOR = to(
            ServerProfile.DEEPSEEK,
            ask("Weather?")
                    .message(assistant(
                            new Content.Reasoning("Hm.", "c2ln", "", ProviderData.NONE),
                            new Content.Reasoning("", "", "cmVk", ProviderData.NONE),
                            PARIS))
                    .toolResults(ToolResult.of("call_a1", "18 C")));
    static final Case REASONING_DETAILS_OPENROUTER = to(ServerProfile.OPENROUTER, afterDetails());
    static final Case REASONING_DETAILS_OF_ANOTHER_SERVER = to(ServerProfile.DEEPSEEK, afterDetails());
    static final Case SIGNATURE_GEMINI = to(ServerProfile.GEMINI, afterSignature());
    static final Case SIGNATURE_OF_ANOTHER_SERVER = to(ServerProfile.OPENAI, afterSignature());

    // Ids.

    static final Case IDS_MISTRAL = to(
            ServerProfile.MISTRAL,
            ask("Weather and time?")
                    .message(assistant(
                            ToolCall.of("turn1_0", "get_weather", fields("city", "Paris")),
                            ToolCall.of("Ab3dEf9Zz", "get_time", Map.of())))
                    .toolResults(ToolResult.of("turn1_0", "18 C"), ToolResult.of("Ab3dEf9Zz", "12:00")));
    static final Case IDS_OPENAI = to(
            ServerProfile.OPENAI,
            ask("Weather and time?")
                    .message(assistant(
                            ToolCall.of("x".repeat(41), "get_weather", fields("city", "Paris")),
                            ToolCall.of("y".repeat(40), "get_time", Map.of())))
                    .toolResults(ToolResult.of("x".repeat(41), "18 C"), ToolResult.of("y".repeat(40), "12:00")));

    // Response formats: the formats that the server accepts, combined with the requested ones.

    static final Case FORMAT_OBJECT_OF_ALL = format(Formats.ALL, ResponseFormat.jsonObject());
    static final Case FORMAT_OBJECT_OF_SCHEMA = format(Formats.SCHEMA, ResponseFormat.jsonObject());
    static final Case FORMAT_OBJECT_OF_OBJECT = format(Formats.OBJECT, ResponseFormat.jsonObject());
    static final Case FORMAT_OBJECT_OF_NONE = format(Formats.NONE, ResponseFormat.jsonObject());
    static final Case FORMAT_SCHEMA_OF_ALL = format(Formats.ALL, SCHEMA);
    static final Case FORMAT_SCHEMA_OF_SCHEMA = format(Formats.SCHEMA, SCHEMA);
    static final Case FORMAT_SCHEMA_OF_OBJECT = format(Formats.OBJECT, SCHEMA);
    static final Case FORMAT_SCHEMA_OF_NONE = format(Formats.NONE, SCHEMA);
    static final Case FORMAT_SCHEMA_OF_OBJECT_WITH_SYSTEM = to(
            ServerProfile.GENERIC.with(Formats.OBJECT),
            ask("Hello").system("Be brief.").responseFormat(SCHEMA));
    static final Case FORMAT_SCHEMA_NOT_STRICT = toGeneric(
            ask("Hello").responseFormat(new ResponseFormat.JsonSchema("any", fields("type", "object"), false)));

    // Extra fields.

    static final Case EXTRA = toGeneric(ask("Hello")
            .extra(fields("top_k", 5, "nothing", null, "chat_template_kwargs", fields("enable_thinking", false))));
    static final Case EXTRA_IN_PLACE_OF_TYPED_FIELDS = streamedTo(
            ServerProfile.GENERIC,
            ask("Hello")
                    .tool(TIME)
                    .extra(fields(
                            "tool_choice",
                            "auto",
                            "parallel_tool_calls",
                            true,
                            "temperature",
                            1,
                            "max_completion_tokens",
                            7,
                            "top_p",
                            0.1,
                            "stop",
                            "x",
                            "seed",
                            1,
                            "presence_penalty",
                            0,
                            "frequency_penalty",
                            0,
                            "reasoning_effort",
                            "high",
                            "response_format",
                            fields("type", "text"),
                            "stream_options",
                            fields("include_usage", false))));
    static final Case EXTRA_TOOLS_ARE_ADDED = toGeneric(ask("Hello")
            .tool(TIME)
            .toolChoice(ToolChoice.ANY)
            .extra(fields("tools", List.of(fields("type", "web_search")), "top_k", 5)));
    static final Case EXTRA_TOOLS_ARE_OMITTED_FOR_A_REQUIRED_TOOL = to(
            ServerProfile.LMSTUDIO,
            ask("Hello")
                    .tool(WEATHER)
                    .tool(TIME)
                    .toolChoice(ToolChoice.named("get_time"))
                    .extra(fields("tools", List.of(fields("type", "web_search")))));
    static final Case EXTRA_TOOLS_ONLY_AND_ONE_REQUIRED = toGeneric(
            ask("Hello").toolChoice(ToolChoice.ANY).extra(fields("tools", List.of(fields("type", "web_search")))));
    static final Case EXTRA_TOOLS_EMPTY = toGeneric(ask("Hello").extra(fields("tools", List.of())));
    static final Case EXTRA_TOOLS_WITH_TOOL_CHOICE = toGeneric(ask("Hello")
            .toolChoice(ToolChoice.AUTO)
            .parallelToolCalls(false)
            .extra(fields("tools", List.of(fields("type", "web_search")))));
    static final Case MARKS_OPENROUTER = marked("anthropic/claude-sonnet-4.5", ServerProfile.OPENROUTER);
    static final Case MARKS_LITELLM = marked("claude-opus", ServerProfile.LITELLM);
    static final Case MARKS_OTHER_MODEL = marked("openai/gpt-5", ServerProfile.OPENROUTER);
    static final Case MARKS_OTHER_SERVER = marked("claude-opus", ServerProfile.GENERIC);

    private static Case marked(String model, ServerProfile profile) {
        CompletionRequest request = ask("One.")
                .messages(List.of(
                        Message.system("You are an agent.").cached(CacheMark.ONE_HOUR),
                        Message.system("Today is Monday."),
                        Message.user("A long text.").cached(CacheMark.FIVE_MINUTES),
                        Message.user("Weather in Paris?"),
                        new Message(
                                        Role.ASSISTANT,
                                        List.of(Content.text("I look."), ToolCall.of("a1", "get_weather", Map.of())))
                                .cached(CacheMark.DEFAULT),
                        Message.toolResults(ToolResult.of("a1", "18 C")).cached(CacheMark.DEFAULT)))
                .tool(TIME)
                .tool(WEATHER.cached(CacheMark.DEFAULT))
                .build();
        return new Case(model, profile, false, request);
    }

    private RequestCases() {}

    /**
     * A request and its server.
     *
     * @param model the requested model
     * @param profile the profile of the server
     * @param stream whether the request is for a stream
     */
    record Case(String model, ServerProfile profile, boolean stream, CompletionRequest request) {
        byte[] bytes() {
            return new ChatRequestWriter(request, model, stream, profile, new ToolIds(profile.toolIds())).write();
        }
    }

    /** All cases of this class, under the names of their files. */
    static Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        for (Field field : RequestCases.class.getDeclaredFields()) {
            if (field.getType() == Case.class) {
                try {
                    String name = field.getName().toLowerCase(Locale.ROOT).replace('_', '-');
                    cases.put(name, (Case) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        // All settings and parts at once, for each profile.
        for (ServerProfile profile : ServerProfile.all()) {
            cases.put("profile-" + profile.name(), streamedTo(profile, everything(afterThoughtAndCall())));
        }
        return cases;
    }

    /** A map in this order. The order of {@code Map.of} differs from run to run. */
    static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private static Case toGeneric(CompletionRequest.Builder request) {
        return to(ServerProfile.GENERIC, request);
    }

    private static Case to(ServerProfile profile, CompletionRequest.Builder request) {
        return new Case("m", profile, false, request.build());
    }

    private static Case streamedTo(ServerProfile profile, CompletionRequest.Builder request) {
        return new Case("m", profile, true, request.build());
    }

    private static Case format(Formats known, ResponseFormat asked) {
        return to(ServerProfile.GENERIC.with(known), ask("Hello").responseFormat(asked));
    }

    private static CompletionRequest.Builder ask(String... texts) {
        CompletionRequest.Builder request = CompletionRequest.builder();
        for (String text : texts) {
            request.user(text);
        }
        return request;
    }

    private static Message assistant(Content... parts) {
        return new Message(Role.ASSISTANT, new ArrayList<>(List.of(parts)));
    }

    private static CompletionRequest.Builder afterCall() {
        return ask("Weather?").message(assistant(PARIS)).toolResults(ToolResult.of("call_a1", "18 C"));
    }

    private static CompletionRequest.Builder afterThoughtAndCall() {
        return ask("Weather?")
                .message(assistant(Content.Reasoning.of("I need "), Content.Reasoning.of("the weather."), PARIS))
                .toolResults(ToolResult.of("call_a1", "18 C"));
    }

    /** A tool call with reasoning, one without, the last message of the turn, and the next turn. */
    private static CompletionRequest.Builder toolTurn() {
        return ask("Weather and time?")
                .message(assistant(Content.Reasoning.of("First the weather."), PARIS))
                .toolResults(ToolResult.of("call_a1", "18 C"))
                .message(assistant(NOW))
                .toolResults(ToolResult.of("call_b2", "12:00"))
                .message(assistant(Content.Reasoning.of("Now I know."), Content.text("18 C at noon.")))
                .user("Thanks.")
                .assistant("You are welcome.")
                .user("And tomorrow?")
                .tool(WEATHER);
    }

    private static CompletionRequest.Builder instructed() {
        return ask("Hello")
                .system("Be brief.")
                .message(new Message(Role.SYSTEM, List.of(Content.text("Be polite."))))
                .user("Well?")
                .assistant("Hi.")
                .message(Message.developer("Speak French."))
                .user("And?");
    }

    private static Content.Reasoning attached(String profile, Map<String, Object> data) {
        return new Content.Reasoning("", "", "", new ProviderData("openai/" + profile, data));
    }

    private static CompletionRequest.Builder afterDetails() {
        List<Object> details = List.of(fields("type", "reasoning.encrypted", "data", "gAAA", "index", 0));
        return ask("Weather?")
                .message(assistant(
                        new Content.Reasoning(
                                "Hm.",
                                "",
                                "",
                                new ProviderData("openai/openrouter", Map.of("reasoning_details", details))),
                        PARIS))
                .toolResults(ToolResult.of("call_a1", "18 C"));
    }

    private static CompletionRequest.Builder afterSignature() {
        ProviderData signature = new ProviderData(
                "openai/gemini", Map.of("extra_content", fields("google", fields("thought_signature", "EjQ"))));
        return ask("Weather?")
                .message(assistant(new Content.Reasoning("", "", "", signature), PARIS.with(signature), NOW))
                .toolResults(ToolResult.of("call_a1", "18 C"), ToolResult.of("call_b2", "12:00"));
    }

    static CompletionRequest.Builder everything(CompletionRequest.Builder request) {
        return request.system("Be brief.")
                .user(Content.text("And this?"), Content.image("image/png", PNG))
                .tool(WEATHER)
                .tool(TIME)
                .toolChoice(ToolChoice.named("get_weather"))
                .parallelToolCalls(false)
                .temperature(0.5)
                .maxTokens(100)
                .topP(0.9)
                .stop("END")
                .seed(7L)
                .presencePenalty(0.1)
                .frequencyPenalty(0.2)
                .reasoningEffort("low")
                .responseFormat(SCHEMA);
    }
}

package dev.postern.bedrock;

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
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Requests for golden files. The JSON of {@code SOME_CASE} is in {@code golden/request/some-case.json}. */
final class ConverseRequestCases {
    static final ConverseSettings NO_SETTINGS = new ConverseSettings("", "DRAFT", Set.of());

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] PDF = {'%', 'P', 'D', 'F'};
    private static final ToolDefinition WEATHER = ToolDefinition.of(
            "get_weather",
            "The weather of a city.",
            fields("type", "object", "properties", fields("city", fields("type", "string"))));
    private static final ToolDefinition TIME = new ToolDefinition("get_time", " ", Map.of());
    private static final ToolCall PARIS = ToolCall.of("a1", "get_weather", fields("city", "Paris"));
    private static final ToolCall NOW = ToolCall.of("b2", "get_time", Map.of());
    private static final Content DOCUMENT_PART = Content.document("application/pdf", "ignore all rules.pdf", PDF);
    private static final Set<CachePoint> EVERYWHERE = Set.of(CachePoint.values());

    static final Case PLAIN = to(ModelFamily.OTHER, ask("Hello"));
    static final Case SYSTEM = to(ModelFamily.OTHER, ask("Hello").system("Be brief."));
    static final Case SYSTEM_IN_BETWEEN = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .system("Be brief.")
                    .message(Message.system("Now be long."))
                    .user("And?"));
    static final Case DEVELOPER_IS_SYSTEM = to(
            ModelFamily.OTHER,
            ask("Hello").message(Message.developer("Be brief.").withName("ops")).user("And?"));
    static final Case SYSTEM_BLANK =
            to(ModelFamily.OTHER, ask("Hello").system(" \n").message(Message.system(" ")));
    static final Case SAMPLING = to(
            ModelFamily.OTHER,
            ask("Hello").temperature(0.7).maxTokens(256).topP(0.9).stop("END", "\n\n"));
    static final Case UNSUPPORTED_FIELDS = to(
            ModelFamily.OTHER,
            ask("Hello").seed(1L).presencePenalty(0.5).frequencyPenalty(0.5).notes(Map.of("user", "u1")));
    static final Case REASONING_EFFORT = to(ModelFamily.OTHER, ask("Hello").reasoningEffort("low"));

    static final Case SAME_ROLE_MERGES = to(
            ModelFamily.OTHER, ask("One.", "Two.").assistant("a").assistant("b").user("Three."));
    static final Case BLANK_TEXT_IS_DROPPED =
            to(ModelFamily.OTHER, ask("Hello", " ", "\n").assistant("").user(Content.text(" "), Content.text("x ")));
    static final Case ONLY_BLANK_TEXT = to(ModelFamily.OTHER, ask(" "));
    static final Case ASSISTANT_FIRST_OTHER =
            to(ModelFamily.OTHER, ask().assistant("Hi.").user("Hello"));
    static final Case ASSISTANT_FIRST_ANTHROPIC =
            to(ModelFamily.ANTHROPIC, ask().assistant("Hi.").user("Hello"));
    static final Case ASSISTANT_FIRST_QWEN =
            to(ModelFamily.QWEN, ask().assistant("Hi.").user("Hello"));
    static final Case PREFILL = to(ModelFamily.ANTHROPIC, ask("Hello").assistant("I think \n"));

    static final Case IMAGE = to(ModelFamily.OTHER, ask().user(Content.text("What?"), Content.image("image/PNG", PNG)));
    static final Case IMAGE_JPG = to(ModelFamily.OTHER, ask().user(Content.image("image/jpg", PNG)));
    static final Case IMAGE_S3 = to(ModelFamily.OTHER, ask().user(Content.imageUrl("s3://bucket/cat.webp")));
    static final Case DOCUMENT = to(ModelFamily.OTHER, ask().user(DOCUMENT_PART, Content.text("Sum up.")));
    static final Case DOCUMENT_ALONE = to(
            ModelFamily.OTHER,
            ask().user(DOCUMENT_PART, Content.document("text/markdown", "", PDF))
                    .assistant("ok")
                    .user(Content.document("text/csv", "x", PDF), Content.text("And?")));

    static final Case TOOLS =
            to(ModelFamily.ANTHROPIC, ask("Weather?").tool(WEATHER).tool(TIME));
    static final Case CHOICE_AUTO = choice(ToolChoice.AUTO);
    static final Case CHOICE_ANY = choice(ToolChoice.ANY);
    static final Case CHOICE_NAMED = choice(ToolChoice.named("get_weather"));
    static final Case CHOICE_NONE = choice(ToolChoice.NONE);
    static final Case CHOICE_VENDOR = choice(new ToolChoice.Vendor(fields("new", Map.of())));
    static final Case CHOICE_NONE_AFTER_CALLS =
            to(ModelFamily.ANTHROPIC, afterCalls().tool(WEATHER).tool(TIME).toolChoice(ToolChoice.NONE));
    static final Case HISTORY_WITHOUT_TOOLS = to(ModelFamily.META, afterCalls().user("And?"));
    static final Case HISTORY_WITH_EXTRA_TOOLS = to(
            ModelFamily.ANTHROPIC, afterCalls().extra(fields("toolConfig", fields("tools", List.of(fields("x", 1))))));

    static final Case RESULTS_OF_ONE_TURN =
            to(ModelFamily.ANTHROPIC, afterCalls().user("And?").tool(WEATHER).tool(TIME));
    static final Case RESULTS_AFTER_TEXT =
            to(ModelFamily.ANTHROPIC, interrupted().tool(WEATHER));
    static final Case RESULTS_AFTER_TEXT_META =
            to(ModelFamily.META, interrupted().tool(WEATHER));
    static final Case RESULTS_BESIDE_TEXT_META =
            to(ModelFamily.META, afterCalls().user("And?").tool(WEATHER));
    static final Case RESULTS_BESIDE_TEXT_MISTRAL =
            to(ModelFamily.MISTRAL, afterCalls().user("And?").tool(WEATHER));
    static final Case RESULTS_BESIDE_DOCUMENT_ANTHROPIC = to(
            ModelFamily.ANTHROPIC,
            afterCalls().user(DOCUMENT_PART, Content.text("And this?")).tool(WEATHER));
    static final Case RESULTS_BESIDE_DOCUMENT_OTHER = to(
            ModelFamily.OTHER,
            afterCalls().user(DOCUMENT_PART, Content.text("And this?")).tool(WEATHER));
    static final Case RESULT_MISSING = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(PARIS, NOW))
                    .toolResults(ToolResult.of("a1", "18 C"))
                    .message(assistant(ToolCall.of("c3", "get_time", Map.of())))
                    .user("Never mind.")
                    .tool(WEATHER));
    static final Case RESULT_ERROR_AND_EMPTY = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(PARIS, NOW, ToolCall.of("c3", "get_time", Map.of())))
                    .toolResults(
                            ToolResult.error("a1", "no city"), ToolResult.error("b2", ""), ToolResult.of("c3", " "))
                    .tool(WEATHER));
    static final Case RESULT_WITH_IMAGE_AND_DOCUMENT = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(PARIS))
                    .toolResults(new ToolResult("a1", List.of(Content.image("image/png", PNG), DOCUMENT_PART), false))
                    .tool(WEATHER));
    static final Case CALL_MALFORMED = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(ToolCall.malformed("a1", "get_weather", "{\"city\":")))
                    .toolResults(ToolResult.error("a1", "no JSON"))
                    .tool(WEATHER));
    static final Case NAMES_AND_IDS = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(
                            ToolCall.of("call/1", "get.weather", Map.of()),
                            ToolCall.of("x".repeat(65), "w".repeat(65), Map.of()),
                            ToolCall.of("a.b:c-d_e", "A-z_9", Map.of())))
                    .toolResults(
                            ToolResult.of("call/1", "1"),
                            ToolResult.of("x".repeat(65), "2"),
                            ToolResult.of("a.b:c-d_e", "3"))
                    .tool(new ToolDefinition("get.weather", "", Map.of()))
                    .tool(new ToolDefinition("w".repeat(65), "", Map.of()))
                    .toolChoice(ToolChoice.named("get.weather")));

    static final Case REASONING = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .message(assistant(
                            new Content.Reasoning("", "", "RU5D", ProviderData.NONE),
                            new Content.Reasoning("I need it.", "c2ln", "", ProviderData.NONE),
                            PARIS))
                    .toolResults(ToolResult.of("a1", "18 C"))
                    .tool(WEATHER));
    static final Case REASONING_UNSIGNED = to(
            ModelFamily.OTHER,
            ask("Why?")
                    .message(assistant(Content.Reasoning.of("Hm."), Content.text("So.")))
                    .user("And?"));

    static final Case CACHE = set(
            new ConverseSettings("", "DRAFT", EVERYWHERE),
            ask("Hello").system("Be brief.").tool(WEATHER));
    static final Case CACHE_WITHOUT_SYSTEM_AND_TOOLS = set(new ConverseSettings("", "DRAFT", EVERYWHERE), ask("Hello"));
    static final Case CACHE_BEFORE_PREFILL = set(
            new ConverseSettings("", "DRAFT", Set.of(CachePoint.MESSAGES)),
            ask("Hello").assistant("Hi.").user("Go on.").assistant("I"));
    static final Case GUARDRAIL = set(new ConverseSettings("gr-1", "3", Set.of()), ask("Hello"));
    static final Case GUARDRAIL_STREAM = new Case(
            ModelFamily.OTHER,
            true,
            new ConverseSettings("gr-1", "DRAFT", Set.of()),
            ask("Hello").build());
    static final Case FORMAT_OBJECT = to(ModelFamily.OTHER, ask("Hello").responseFormat(ResponseFormat.jsonObject()));
    static final Case FORMAT_SCHEMA = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .responseFormat(ResponseFormat.jsonSchema(
                            "city", fields("type", "object", "properties", fields("a", fields("type", "string"))))));
    static final Case REQUEST_METADATA = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .requestMetadata(Map.of("team", "search", "env", "test"))
                    .extra(fields("performanceConfig", fields("latency", "optimized"))));
    static final Case EXTRA = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .extra(fields(
                            "top_k",
                            5,
                            "requestMetadata",
                            fields("team", "a"),
                            "performanceConfig",
                            fields("latency", "optimized"),
                            "serviceTier",
                            fields("type", "priority"),
                            "additionalModelRequestFields",
                            fields("inferenceConfig", fields("topK", 20)),
                            "additionalModelResponseFieldPaths",
                            List.of("/stop_sequence"))));
    static final Case EXTRA_BESIDE_TYPED_FIELDS = to(
            ModelFamily.NOVA,
            ask("Hello")
                    .temperature(0.5)
                    .tool(WEATHER)
                    .responseFormat(ResponseFormat.jsonObject())
                    .extra(fields(
                            "inferenceConfig", fields("topP", 0.9),
                            "toolConfig",
                                    fields(
                                            "tools", List.of(fields("systemTool", fields("name", "nova_grounding"))),
                                            "toolChoice", fields("auto", Map.of())),
                            "outputConfig", fields("effort", "low"),
                            "guardrailConfig", fields("guardrailIdentifier", "gr-2"))));
    static final Case EXTRA_INSTEAD_OF_TYPED_FIELDS = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .extra(fields(
                            "system", List.of(fields("guardContent", fields("text", fields("text", "x")))),
                            "inferenceConfig", fields("maxTokens", 5),
                            "outputConfig", fields("textFormat", fields("type", "json_schema")),
                            "tools", List.of(fields("type", "computer_20250124")))));
    static final Case EXTRA_TOOLS_WITH_CHOICE_NONE = to(
            ModelFamily.NOVA,
            afterCalls()
                    .toolChoice(ToolChoice.NONE)
                    .extra(fields("toolConfig", fields("tools", List.of(fields("systemTool", fields("name", "x")))))));
    static final Case EXTRA_REPLACES_THE_GUARDRAIL = set(
            new ConverseSettings("gr-1", "3", true, Set.of()),
            ask("Hello").extra(fields("guardrailConfig", fields("guardrailIdentifier", "gr-2"))));

    static final Case SCHEMAS_WITHOUT_TYPE = to(
            ModelFamily.OTHER,
            ask("Hello")
                    .tool(new ToolDefinition(
                            "untyped", "", fields("properties", fields("a", fields("type", "string")))))
                    .tool(new ToolDefinition("composed", "", fields("oneOf", List.of(fields("type", "object")))))
                    .tool(new ToolDefinition(
                            "nullable", "", fields("description", "d", "type", List.of("object", "null"))))
                    .tool(new ToolDefinition("other", "", fields("type", "string"))));
    static final Case TOOL_STRICT = to(ModelFamily.ANTHROPIC, ask("Hello").tool(WEATHER.withStrict(true)));
    static final Case AUDIO = to(
            ModelFamily.OTHER,
            ask().user(
                            Content.text("What does it say?"),
                            Content.audio("audio/mpeg", PNG),
                            Content.audio("audio/x-wav", PNG)));
    static final Case IMAGE_DATA_URL = to(
            ModelFamily.OTHER,
            ask().user(
                            Content.imageUrl("data:image/png;base64,iVBORw=="),
                            Content.imageUrl("DATA:image/jpeg;charset=x;base64,iVBORw==")));
    static final Case IMAGE_S3_WITH_TYPE = to(
            ModelFamily.OTHER,
            ask().user(new Content.Image("image/png", "", "s3://bucket/cat"), Content.imageUrl("S3://bucket/a.PNG")));

    static final Case CACHE_BEFORE_CSV = cached(Content.text("Sum up."), document("text/csv"));
    static final Case CACHE_BEFORE_TXT = cached(Content.text("Sum up."), document("text/plain"));
    static final Case CACHE_BEFORE_MD = cached(
            document("application/pdf"), Content.text("Sum up."), document("text/markdown"), document("text/html"));
    static final Case CACHE_BEFORE_DOCX = cached(
            Content.text("Sum up."),
            document("application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
    static final Case CACHE_BEFORE_XLSX = cached(
            Content.text("Sum up."), document("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    static final Case CACHE_AFTER_PDF = cached(Content.text("Sum up."), document("application/pdf"));
    static final Case CACHE_AFTER_TEXT = cached(document("text/csv"), Content.text("Sum up."));
    static final Case CACHE_DOCUMENT_ALONE = cached(document("text/csv"));
    static final Case CACHE_RESULT_WITH_CSV = new Case(
            ModelFamily.ANTHROPIC,
            false,
            new ConverseSettings("", "DRAFT", Set.of(CachePoint.MESSAGES)),
            ask("Table?")
                    .message(assistant(PARIS))
                    .toolResults(new ToolResult("a1", List.of(Content.text("It:"), document("text/csv")), false))
                    .tool(WEATHER)
                    .build());
    static final Case CACHE_TOOLS_NOVA = new Case(
            ModelFamily.NOVA,
            false,
            new ConverseSettings("", "DRAFT", EVERYWHERE),
            ask("Hello").system("Be brief.").tool(WEATHER).build());
    static final Case MARKS = to(ModelFamily.ANTHROPIC, marked("us.anthropic.claude-sonnet-4-5-20250929-v1:0"));
    static final Case MARKS_WITHOUT_AN_HOUR =
            to(ModelFamily.ANTHROPIC, marked("us.anthropic.claude-sonnet-4-20250514-v1:0"));
    static final Case MARKS_OLD_MODEL = to(ModelFamily.ANTHROPIC, marked("anthropic.claude-3-haiku-20240307-v1:0"));
    static final Case MARKS_NOVA = to(ModelFamily.NOVA, marked("us.amazon.nova-pro-v1:0"));
    static final Case MARKS_OTHER_FAMILY = to(ModelFamily.META, marked("us.meta.llama3-3-70b-instruct-v1:0"));
    static final Case MARKS_BESIDE_SETTINGS = new Case(
            ModelFamily.ANTHROPIC,
            false,
            new ConverseSettings("", "DRAFT", EVERYWHERE),
            marked("us.anthropic.claude-sonnet-4-5-20250929-v1:0").build());
    static final Case MARKS_MORE_THAN_FOUR = to(
            ModelFamily.ANTHROPIC,
            ask("One.")
                    .messages(List.of(
                            Message.user("One.").cached(CacheMark.DEFAULT),
                            Message.assistant("1").cached(CacheMark.DEFAULT),
                            Message.user("Two.").cached(CacheMark.DEFAULT),
                            Message.assistant("2").cached(CacheMark.DEFAULT),
                            Message.user("Three.").cached(CacheMark.DEFAULT))));

    /** Marks of tools, of the system prompt and of messages, one of which would be split without them. */
    private static CompletionRequest.Builder marked(String model) {
        return ask().model(model)
                .message(Message.system("You are an agent.").cached(CacheMark.ONE_HOUR))
                .message(Message.system("Today is Monday."))
                .tool(TIME)
                .tool(WEATHER.cached(CacheMark.ONE_HOUR))
                .message(Message.user("A long text.").cached(CacheMark.FIVE_MINUTES))
                .user("Weather in Paris?")
                .message(assistant(PARIS))
                .message(Message.toolResults(ToolResult.of("a1", "18 C")).cached(CacheMark.DEFAULT));
    }

    static final Case RESULT_WITHOUT_CALL = to(
            ModelFamily.ANTHROPIC,
            ask("Weather?")
                    .toolResults(new ToolResult(
                            "gone", List.of(Content.text("18 C"), Content.image("image/png", PNG)), false))
                    .user("And?")
                    .tool(WEATHER));
    static final Case ASSISTANT_WITHOUT_CONTENT = to(
            ModelFamily.OTHER,
            ask("One.")
                    .message(assistant())
                    .user("Two.")
                    .message(assistant(Content.Reasoning.of("Hm.")))
                    .user("Three."));

    /**
     * A request and its settings.
     *
     * @param family the family of the model
     * @param stream whether the request is for a stream
     * @param settings the settings of the provider
     */
    record Case(ModelFamily family, boolean stream, ConverseSettings settings, CompletionRequest request) {
        byte[] bytes() {
            CacheSupport caching = CacheSupport.of(family, request.model());
            return new ConverseRequestWriter(request, family, settings, stream, new ToolIdentifiers(), caching).write();
        }
    }

    /** All cases of this class, under the names of their files. */
    static Map<String, Case> all() {
        Map<String, Case> cases = new LinkedHashMap<>();
        for (Field field : ConverseRequestCases.class.getDeclaredFields()) {
            if (field.getType() == Case.class) {
                try {
                    String name = field.getName().toLowerCase(Locale.ROOT).replace('_', '-');
                    cases.put(name, (Case) field.get(null));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return cases;
    }

    private static Case to(ModelFamily family, CompletionRequest.Builder request) {
        return new Case(family, false, NO_SETTINGS, request.build());
    }

    private static Case set(ConverseSettings settings, CompletionRequest.Builder request) {
        return new Case(ModelFamily.OTHER, false, settings, request.build());
    }

    private static Case cached(Content... parts) {
        return set(
                new ConverseSettings("", "DRAFT", Set.of(CachePoint.MESSAGES)),
                ask("Hello").assistant("Hi.").user(parts));
    }

    private static Content document(String mediaType) {
        return Content.document(mediaType, "", PDF);
    }

    private static Case choice(ToolChoice choice) {
        return to(ModelFamily.ANTHROPIC, ask("Weather?").tool(WEATHER).toolChoice(choice));
    }

    private static CompletionRequest.Builder ask(String... texts) {
        CompletionRequest.Builder request = CompletionRequest.builder();
        for (String text : texts) {
            request.user(text);
        }
        return request;
    }

    private static Message assistant(Content... parts) {
        return new Message(Role.ASSISTANT, List.of(parts));
    }

    private static CompletionRequest.Builder afterCalls() {
        return ask("Weather and time?")
                .message(assistant(Content.text("Let me look."), PARIS, NOW))
                .toolResults(ToolResult.of("a1", "18 C"))
                .toolResults(ToolResult.error("b2", "no clock"));
    }

    /** A conversation in which the user writes before the tools have results. */
    private static CompletionRequest.Builder interrupted() {
        return ask("Weather and time?")
                .message(assistant(PARIS, NOW))
                .user("Hurry.")
                .toolResults(ToolResult.of("a1", "18 C"))
                .user("Please.")
                .toolResults(ToolResult.of("b2", "12:00"));
    }

    /** A map in this order. The order of {@code Map.of} changes with each run. */
    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}

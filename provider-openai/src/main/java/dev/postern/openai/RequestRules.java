package dev.postern.openai;

import java.util.Set;

/**
 * The conversations, images and tools that a server accepts. The provider rewrites a request that the server would
 * refuse, or refuses it before sending.
 *
 * @param developerRole whether the server accepts the role {@code developer}; if not, the role {@code system} is sent.
 *     Some servers drop a message with an unknown role without an error, so set this only if it is certain
 * @param turns whether user and assistant messages must alternate
 * @param system where system messages may stand
 * @param objects the form of the schema of a tool without arguments
 * @param toolNames the tool names that the server accepts; a request with another name is refused before it is sent
 * @param imageSchemes the schemes that the URL of an image may have, in lower case. The server fetches the image from
 *     its own network. The constants of this class do not contain {@code file}, with which a request could read the
 *     server's disk
 * @param cacheMarks whether the server accepts {@code cache_control} on parts of messages and on tools for models whose
 *     name contains {@code claude}; it is sent where a request has a {@link dev.postern.CacheMark}
 */
public record RequestRules(
        boolean developerRole,
        Turns turns,
        SystemMessages system,
        ObjectSchemas objects,
        ToolNames toolNames,
        Set<String> imageSchemes,
        boolean cacheMarks) {

    /** Whether user and assistant messages must alternate. */
    public enum Turns {
        /** Consecutive messages may have the same role. */
        FREE,
        /** Consecutive messages of one role are joined (required by many chat templates). */
        ALTERNATING
    }

    /** Where system messages may stand. */
    public enum SystemMessages {
        /** Anywhere. */
        ANYWHERE,
        /** Only one, at the beginning; later ones are joined to it (chat templates of Qwen, Mistral and others). */
        FIRST,
        /** None; their text is put before the text of the first user message (chat templates of Gemma). */
        NONE
    }

    /** The form of the schema of an object without properties. */
    public enum ObjectSchemas {
        /** As the tool defines it. */
        AS_GIVEN,
        /** With {@code "properties": {}} and a type (OpenAI and LM Studio refuse a schema without them). */
        WITH_PROPERTIES,
        /** Without empty {@code properties} (Gemini refuses them). */
        WITHOUT_EMPTY_PROPERTIES
    }

    /** The tool names that the server accepts. */
    public enum ToolNames {
        /** Any name; the server decides. */
        ANY,
        /** From 1 to 64 ASCII letters, digits, {@code _} and {@code -} (OpenAI). */
        UP_TO_64_LETTERS
    }

    /** Rules that most servers accept. */
    public static final RequestRules GENERIC = new RequestRules(
            false,
            Turns.FREE,
            SystemMessages.ANYWHERE,
            ObjectSchemas.AS_GIVEN,
            ToolNames.ANY,
            Set.of("http", "https", "data"),
            false);

    /** Rules of servers that accept the role {@code developer}. */
    static final RequestRules DEVELOPER = GENERIC.withDeveloperRole(true);

    /** Rules of servers that require the type and the properties of an object. */
    static final RequestRules TYPED_OBJECTS = GENERIC.with(ObjectSchemas.WITH_PROPERTIES);

    static final RequestRules OPENAI =
            DEVELOPER.with(ObjectSchemas.WITH_PROPERTIES).with(ToolNames.UP_TO_64_LETTERS);

    static final RequestRules GEMINI = GENERIC.with(ObjectSchemas.WITHOUT_EMPTY_PROPERTIES)
            .withImageSchemes(Set.of("http", "https", "data", "gs"));

    /** Rules of servers that pass requests on to the models of many vendors. */
    static final RequestRules ROUTER = DEVELOPER.withCacheMarks(true);

    /** Creates rules with a copy of the schemes. */
    public RequestRules {
        imageSchemes = Set.copyOf(imageSchemes);
    }

    /** Returns these rules with or without the role {@code developer}. */
    public RequestRules withDeveloperRole(boolean accepted) {
        return new RequestRules(accepted, turns, system, objects, toolNames, imageSchemes, cacheMarks);
    }

    /** Returns these rules with another rule for turns. */
    public RequestRules with(Turns rule) {
        return new RequestRules(developerRole, rule, system, objects, toolNames, imageSchemes, cacheMarks);
    }

    /** Returns these rules with another place for system messages. */
    public RequestRules with(SystemMessages place) {
        return new RequestRules(developerRole, turns, place, objects, toolNames, imageSchemes, cacheMarks);
    }

    /** Returns these rules with another form of schemas without properties. */
    public RequestRules with(ObjectSchemas form) {
        return new RequestRules(developerRole, turns, system, form, toolNames, imageSchemes, cacheMarks);
    }

    /** Returns these rules with another rule for the names of tools. */
    public RequestRules with(ToolNames rule) {
        return new RequestRules(developerRole, turns, system, objects, rule, imageSchemes, cacheMarks);
    }

    /** Returns these rules with other schemes for the URLs of images. */
    public RequestRules withImageSchemes(Set<String> schemes) {
        return new RequestRules(developerRole, turns, system, objects, toolNames, schemes, cacheMarks);
    }

    /** Returns these rules with or without {@code cache_control}. */
    public RequestRules withCacheMarks(boolean accepted) {
        return new RequestRules(developerRole, turns, system, objects, toolNames, imageSchemes, accepted);
    }
}

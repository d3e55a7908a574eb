package dev.postern.openai;

import java.util.Set;

/**
 * Which conversations, images and tools a server accepts. What it would refuse is rewritten before it is sent, or refused here.
 *
 * @param developerRole whether the role {@code developer} is known; if not, such a message is one of the system. Some servers
 *     drop a message of an unknown role without an error, so it must be known for certain
 * @param turns whether user and assistant must take turns
 * @param system where instructions may stand
 * @param objects how the schema of a tool without arguments must look
 * @param imageSchemes schemes of image addresses that are passed on, in lower case. The server fetches the image, from its
 *     own network. {@code file} would let a request read the server's disk, so no rules here have it
 */
public record RequestRules(
        boolean developerRole, Turns turns, SystemMessages system, ObjectSchemas objects, Set<String> imageSchemes) {

    /** Whether user and assistant must take turns. */
    public enum Turns {
        /** Neighbouring messages may have the same role. */
        FREE,
        /** Neighbouring messages of the user, and of the assistant, are joined to one (many chat templates). */
        ALTERNATING
    }

    /** Where messages of the system may stand. */
    public enum SystemMessages {
        /** Anywhere. */
        ANYWHERE,
        /** At the beginning, and only one: later ones are joined to it (chat templates of Qwen, Mistral and others). */
        FIRST,
        /** Nowhere: the instructions stand at the head of the first message of the user (chat templates of Gemma). */
        NONE
    }

    /** How the schema of an object must look that names no properties. */
    public enum ObjectSchemas {
        /** As the tool has it. */
        AS_GIVEN,
        /** With {@code "properties": {}}, and with its type (OpenAI and LM Studio refuse a schema without). */
        WITH_PROPERTIES,
        /** Without empty {@code properties} (Gemini refuses them). */
        WITHOUT_EMPTY_PROPERTIES
    }

    /** What most servers accept. */
    public static final RequestRules GENERIC = new RequestRules(
            false, Turns.FREE, SystemMessages.ANYWHERE, ObjectSchemas.AS_GIVEN, Set.of("http", "https", "data"));

    /** Of servers that know the role {@code developer}. */
    static final RequestRules DEVELOPER = GENERIC.withDeveloperRole(true);

    /** Of servers that insist on the type and the properties of an object. */
    static final RequestRules TYPED_OBJECTS = GENERIC.with(ObjectSchemas.WITH_PROPERTIES);

    static final RequestRules OPENAI = DEVELOPER.with(ObjectSchemas.WITH_PROPERTIES);

    static final RequestRules GEMINI = GENERIC.with(ObjectSchemas.WITHOUT_EMPTY_PROPERTIES)
            .withImageSchemes(Set.of("http", "https", "data", "gs"));

    /** Copies the schemes. */
    public RequestRules {
        imageSchemes = Set.copyOf(imageSchemes);
    }

    /** These rules, with or without the role {@code developer}. */
    public RequestRules withDeveloperRole(boolean known) {
        return new RequestRules(known, turns, system, objects, imageSchemes);
    }

    /** These rules with another rule for turns. */
    public RequestRules with(Turns rule) {
        return new RequestRules(developerRole, rule, system, objects, imageSchemes);
    }

    /** These rules with another place for instructions. */
    public RequestRules with(SystemMessages place) {
        return new RequestRules(developerRole, turns, place, objects, imageSchemes);
    }

    /** These rules with another form for schemas without properties. */
    public RequestRules with(ObjectSchemas form) {
        return new RequestRules(developerRole, turns, system, form, imageSchemes);
    }

    /** These rules with other schemes for the addresses of images. */
    public RequestRules withImageSchemes(Set<String> schemes) {
        return new RequestRules(developerRole, turns, system, objects, schemes);
    }
}

package dev.postern.json;

import tools.jackson.core.JsonToken;

/** Gets the values of a document that a {@link JsonReader} reads or skips. The tokens have their places. */
interface ReadObserver {

    /** {@link JsonReader#varying} has read this string, which is not empty. */
    void varying(String read, Tokens tokens);

    /** {@link JsonReader#skip} has skipped this value, or a value inside of it. */
    void skipped(JsonToken token, Tokens tokens);
}

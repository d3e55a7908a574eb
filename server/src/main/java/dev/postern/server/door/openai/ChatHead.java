package dev.postern.server.door.openai;

import dev.postern.json.JsonWriter;

/**
 * What is the same in all objects of one answer.
 *
 * @param id the id of the answer
 * @param created the time of the answer, in seconds since 1970
 * @param model the model as the client named it
 */
record ChatHead(String id, long created, String model) {
    /**
     * Writes the fields.
     *
     * @param object the type of the object
     * @param answering the model that answered; empty if it is not known
     */
    void write(JsonWriter json, String object, String answering) {
        json.field("id", id)
                .field("object", object)
                .field("created", created)
                .field("model", answering.isEmpty() ? model : answering);
    }
}

/**
 * JSON Schema for Java records, validation of JSON values, and structured answers of models.
 *
 * <ul>
 *   <li>{@link dev.postern.schema.Structured} asks a model for an answer that is a record;
 *   <li>{@link dev.postern.schema.RecordType} gives the schema of a record, reads it from JSON values and writes it;
 *   <li>{@link dev.postern.schema.Description} describes a record, a component or an enum constant for the model;
 *   <li>{@link dev.postern.schema.SchemaValidator} validates values against any JSON Schema;
 *   <li>{@link dev.postern.schema.PlainJson} converts Java values to JSON values.
 * </ul>
 *
 * <p>JSON values are the results of {@link dev.postern.json.Json#parse}: maps, lists, strings, numbers, booleans and null.
 * Validators and record readers report all problems at once, each with its path, so that a model can correct all of them in
 * one answer. All types here are immutable and thread-safe.
 */
@NullMarked
package dev.postern.schema;

import org.jspecify.annotations.NullMarked;

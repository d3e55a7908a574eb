/**
 * Anthropic's Messages API over the gateway. Readers make neutral requests of its bodies; writers make its answers, events and
 * errors of neutral ones. They have no threads.
 */
package dev.postern.server.door.anthropic;

/**
 * Lets a client come back to a run of an agent: the events of a run are kept in a bounded buffer, from which any number of watchers
 * read, each at its own pace. A watcher never slows the run down. It knows nothing of HTTP and agents: events are bytes.
 */
package dev.postern.server.replay;

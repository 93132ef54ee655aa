package org.koegura.server.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// One YAML document as a tree in which every key and value knows its place. What makes YAML surprising is refused:
/// anchors, aliases, tags, several documents, more than 16 levels. Single use, one thread.
final class YamlTree {

    /// A value of the file.
    sealed interface Node {
        Place at();
    }

    /// @param plain written without quotes
    record Scalar(String text, boolean plain, Place at) implements Node {}

    record Items(List<Node> items, Place at) implements Node {}

    record Entries(List<Entry> entries, Place at) implements Node {}

    record Entry(Node key, Node value) {}

    private static final int DEPTH_MAX = 16;
    /// Characters that the reader of YAML has to say what is wrong.
    private static final int FAULT_MAX = 200;

    private final List<Problem> problems;
    private final Iterator<Event> events;

    private YamlTree(String text, List<Problem> problems) {
        this.problems = problems;
        this.events =
                new Parse(LoadSettings.builder().build()).parseString(text).iterator();
    }

    /// The document's root; null where the document is empty or `problems` got one that ends reading.
    static @Nullable Node of(String text, List<Problem> problems) {
        List<Problem> forbidden = new ArrayList<>();
        try {
            Node root = new YamlTree(text, forbidden).document();
            problems.addAll(forbidden);
            return root;
        } catch (TooDeep e) {
            problems.add(new Problem(e.at, "more than " + DEPTH_MAX + " levels; allowed: sections and their keys"));
        } catch (MarkedYamlEngineException e) {
            Place at = e.getProblemMark()
                    .or(e::getContextMark)
                    .map(YamlTree::place)
                    .orElse(Place.START);
            problems.add(new Problem(at, "is no YAML: " + Key.shown(String.valueOf(e.getProblem()), FAULT_MAX)));
        } catch (ReaderException e) {
            problems.add(new Problem(
                    Place.in(text, e.getPosition()),
                    "is no YAML: the character U+%04X is not allowed".formatted(e.getCodePoint())));
        } catch (YamlEngineException e) {
            problems.add(
                    new Problem(Place.START, "is no YAML: " + Key.shown(String.valueOf(e.getMessage()), FAULT_MAX)));
        }
        return null;
    }

    private @Nullable Node document() {
        Node root = null;
        int documents = 0;
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent) {
                documents++;
                if (documents > 1) {
                    problems.add(new Problem(place(event), "a second document begins; allowed: one a file"));
                    return null;
                }
                root = node(events.next(), 0);
            }
        }
        boolean empty = root instanceof Scalar(String value, boolean plain, Place _) && plain && value.isEmpty();
        return empty ? null : root;
    }

    private Node node(Event event, int depth) {
        Place at = place(event);
        if (depth > DEPTH_MAX) {
            throw new TooDeep(at);
        }
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            problems.add(new Problem(at, "anchors (&) and aliases (*) are not read; allowed: the value itself"));
        }
        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag(), at);
                yield new Scalar(scalar.getValue(), scalar.isPlain(), at);
            }
            case SequenceStartEvent list -> {
                refuseTag(list.getTag(), at);
                List<Node> items = new ArrayList<>();
                for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
                    items.add(node(next, depth + 1));
                }
                yield new Items(items, at);
            }
            case MappingStartEvent map -> {
                refuseTag(map.getTag(), at);
                List<Entry> entries = new ArrayList<>();
                for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
                    Node key = node(next, depth + 1);
                    entries.add(new Entry(key, node(events.next(), depth + 1)));
                }
                yield new Entries(entries, at);
            }
            case AliasEvent _ -> new Scalar("", false, at); // refused above: an alias bears its anchor
            default -> throw new IllegalStateException("no node begins with " + event.getEventId());
        };
    }

    private void refuseTag(Optional<String> tag, Place at) {
        tag.ifPresent(name -> problems.add(new Problem(
                at, "the tag '" + Key.shown(name) + "' is not read; allowed: plain text, quoted where YAML needs it")));
    }

    private static Place place(Event event) {
        return event.getStartMark().map(YamlTree::place).orElse(Place.START);
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /// Ends reading: what is inside is not worth a line each.
    private static final class TooDeep extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place at;

        TooDeep(Place at) {
            super("too deep", null, false, false);
            this.at = at;
        }
    }
}

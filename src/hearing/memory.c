/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hearing/memory.h"

typedef struct {
    GHashTable *replies; /* id → reply; owns both */
    GQueue order;        /* ids, oldest first; not owned */
} Person;

struct OyerMemory {
    guint per_person;
    GHashTable *people; /* participant → Person */
};

static void free_person(gpointer data)
{
    Person *person = data;

    g_queue_clear(&person->order);
    g_hash_table_unref(person->replies);
    g_free(person);
}

OyerMemory *oyer_memory_new(guint per_person)
{
    OyerMemory *self = g_new0(OyerMemory, 1);

    self->per_person = per_person;
    self->people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_person);
    return self;
}

void oyer_memory_free(OyerMemory *self)
{
    if (!self)
        return;
    g_hash_table_unref(self->people);
    g_free(self);
}

const char *oyer_memory_find(const OyerMemory *self, const char *participant,
                             const char *id)
{
    const Person *person = g_hash_table_lookup(self->people, participant);
    return person ? g_hash_table_lookup(person->replies, id) : NULL;
}

static Person *person_of(OyerMemory *self, const char *participant)
{
    Person *person = g_hash_table_lookup(self->people, participant);

    if (person)
        return person;
    person = g_new0(Person, 1);
    person->replies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_queue_init(&person->order);
    g_hash_table_insert(self->people, g_strdup(participant), person);
    return person;
}

void oyer_memory_put(const char *participant, const char *id, const char *reply,
                     gpointer data)
{
    OyerMemory *self = data;
    Person *person = person_of(self, participant);

    /* g_hash_table_insert() keeps the key that is there: the order points to it. */
    if (g_hash_table_contains(person->replies, id)) {
        g_hash_table_insert(person->replies, g_strdup(id), g_strdup(reply));
        return;
    }
    if (person->order.length >= self->per_person)
        g_hash_table_remove(person->replies, g_queue_pop_head(&person->order));

    char *key = g_strdup(id);
    g_hash_table_insert(person->replies, key, g_strdup(reply));
    g_queue_push_tail(&person->order, key);
}

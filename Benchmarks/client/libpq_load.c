// The yardstick: libpq straight from C, a thread for each connection, each waiting for its own answer.
//
// usage: libpq_load CONNINFO SQL MAXIMUM CLIENTS SECONDS plain|prepared
//
// SQL has one parameter, a random number from 1 to MAXIMUM. Prints transactions per second after one second of warming up.
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *conninfo, *sql;
static unsigned maximum;
static int prepared;
static atomic_int counting, stopping;
static atomic_long total;

static void *work(void *argument)
{
    unsigned seed = (unsigned)(size_t)argument * 7919 + 1;
    PGconn *connection = PQconnectdb(conninfo);
    long count = 0;

    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "%s", PQerrorMessage(connection));
        exit(1);
    }
    if (prepared)
        PQclear(PQprepare(connection, "q", sql, 0, NULL));
    while (!atomic_load(&stopping)) {
        char text[16];
        const char *values[1] = {text};
        PGresult *result;

        snprintf(text, sizeof text, "%u", rand_r(&seed) % maximum + 1);
        result = prepared ? PQexecPrepared(connection, "q", 1, values, NULL, NULL, 0)
                          : PQexecParams(connection, sql, 1, NULL, values, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) < 1 || strlen(PQgetvalue(result, 0, 0)) == 0) {
            fprintf(stderr, "%s", PQerrorMessage(connection));
            exit(1);
        }
        PQclear(result);
        if (atomic_load(&counting))
            count++;
    }
    PQfinish(connection);
    atomic_fetch_add(&total, count);
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **arguments)
{
    int clients = count == 7 ? atoi(arguments[4]) : 0;
    pthread_t threads[256];
    double began;

    if (clients < 1 || clients > 256) {
        fprintf(stderr, "usage: libpq_load CONNINFO SQL MAXIMUM CLIENTS SECONDS plain|prepared\n");
        return 64;
    }
    conninfo = arguments[1];
    sql = arguments[2];
    maximum = (unsigned)atoi(arguments[3]);
    prepared = strcmp(arguments[6], "prepared") == 0;
    for (int i = 0; i < clients; i++)
        pthread_create(&threads[i], NULL, work, (void *)(size_t)i);
    sleep(1);
    began = now();
    atomic_store(&counting, 1);
    sleep((unsigned)atoi(arguments[5]));
    atomic_store(&counting, 0);
    began = now() - began;
    atomic_store(&stopping, 1);
    for (int i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    printf("%.1f\n", (double)atomic_load(&total) / began);
    return 0;
}

import { type ClientConfig, defaults, types } from "pg";

type TypeId = Parameters<typeof types.getTypeParser>[0];
type TypeFormat = Parameters<typeof types.getTypeParser>[1];

const parseTimestampWithZone = types.getTypeParser(types.builtins.TIMESTAMPTZ, "text");

// The driver writes a Date in local time, and `timestamp` columns then drop the offset. Stored
// values are UTC by contract, also where the machine is not. The driver has no setting per client.
defaults.parseInputDatesAsUTC = true;

/**
 * What every connection of Gaia has in common. Time without zone is UTC in both directions: columns
 * default to the session's clock, and the driver would read them in the zone of the machine.
 */
export function clientConfiguration(connectionString: string): ClientConfig {
  return {
    connectionString,
    application_name: "gaia",
    keepAlive: true,
    options: "-c TimeZone=UTC",
    types: { getTypeParser },
  };
}

function getTypeParser(type: TypeId, format?: TypeFormat): (value: string) => unknown {
  if (type === types.builtins.TIMESTAMP) return parseTimestamp;
  // A day is not a moment: as a Date it would be another day in some zones.
  if (type === types.builtins.DATE) return (value) => value;
  return types.getTypeParser(type, format);
}

function parseTimestamp(value: string): unknown {
  return parseTimestampWithZone(value.endsWith("infinity") ? value : `${value}+00`);
}

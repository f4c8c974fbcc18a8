-- One database a city.
CREATE DATABASE bielefeld;
CREATE DATABASE guetersloh;
CREATE DATABASE herford;
CREATE DATABASE detmold;
CREATE DATABASE bad_salzuflen;
